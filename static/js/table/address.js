// The form as the address has it, apart from the page.

/**
 * Return what each of the named fields is by the query string `search`; where that says nothing, by
 * `usual`, another one; else it is empty.
 */
export function fieldsOf(search, usual, names) {
  const [query, otherwise] = [new URLSearchParams(search), new URLSearchParams(usual)];
  return Object.fromEntries(
    names.map((name) => [name, query.get(name) ?? otherwise.get(name) ?? ""]),
  );
}
