// A field with a list of what may be meant, by the ARIA combobox pattern (list autocomplete):
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const TYPING_MS = 200;
let lastId = 0;

/**
 * Make the combobox in `root` work. `find(query)` resolves to options {label, hint, value}, for
 * the empty query those that are likely; `onChoose(value)` is told of the one chosen; `shown()` is
 * what the field says when nothing is being typed. Return {refresh}, which shows that anew.
 */
export function followCombobox(root, { label, find, onChoose, shown, onFound = () => {} }) {
  const input = root.querySelector("[role=combobox]");
  const list = root.querySelector("[role=listbox]");
  lastId += 1;
  list.id = `combobox-${lastId}`;
  input.setAttribute("aria-controls", list.id);
  for (const each of [input, list]) each.setAttribute("aria-label", label);
  let options = [];
  let active = -1;
  let asked = 0;
  let timer = null;

  async function open(query) {
    asked += 1;
    const mine = asked;
    const found = await find(query);
    if (mine !== asked || document.activeElement !== input) return;
    options = found;
    list.replaceChildren(...options.map(asOption));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    point(-1);
    onFound(options, query);
  }

  function close() {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  }

  function point(to) {
    active = to;
    [...list.children].forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === to));
    });
    const option = list.children[to];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function choose(number) {
    const { value } = options[number];
    close();
    onChoose(value);
    refresh();
    input.select();
  }

  function refresh() {
    input.value = shown();
  }

  function asOption(option, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.textContent = option.label;
    if (option.hint) {
      const hint = document.createElement("span");
      hint.className = "help";
      hint.textContent = option.hint;
      item.append(" ", hint);
    }
    return item;
  }

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => {
    if (list.hidden) open("");
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => open(input.value.trim()), TYPING_MS);
  });
  input.addEventListener("blur", () => {
    close();
    refresh();
  });
  input.addEventListener("keydown", (event) => {
    const count = options.length;
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!isOpen) open("");
      else if (count) point(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      if (count) choose(Math.max(active, 0));
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault(); // the list closes, the dialog stays
      close();
      refresh();
    }
  });
  // Before the field loses the focus, which closes the list.
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const number = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (number >= 0) choose(number);
  });

  refresh();
  return { refresh };
}
