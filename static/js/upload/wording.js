// Words, sizes and times as a person reads them, in the language and the time zone of the page.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** Return `text` with each {name} in it replaced by the value of that name. */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Return how a page says things; `words` are sentences by name, nested, pairs where counted. */
export function wording({ words, locale, timeZone }) {
  const plural = new Intl.PluralRules(locale);
  const asPercent = new Intl.NumberFormat(locale, { style: "percent" });
  const asMoment = new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone,
  });
  const find = (name) => name.split(".").reduce((within, part) => within?.[part], words);
  const unit = (value, name, display, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: display,
      maximumFractionDigits: digits,
    }).format(value);

  function size(bytes) {
    let [value, step] = [bytes, 0];
    while (value >= 1024 && step < UNITS.length - 1) [value, step] = [value / 1024, step + 1];
    return unit(value, UNITS[step], step ? "short" : "long", step && value < 100 ? 1 : 0);
  }

  function duration(seconds) {
    if (seconds < 60) return unit(seconds, "second", "long");
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return unit(minutes, "minute", "long");
    const parts = [unit(Math.floor(minutes / 60), "hour", "long")];
    if (minutes % 60) parts.push(unit(minutes % 60, "minute", "long"));
    return parts.join(" ");
  }

  return {
    say: (name, values) => fill(find(name) ?? "", values),
    counted: (name, count, values) =>
      fill(find(name)[plural.select(count) === "one" ? 0 : 1], { count, ...values }),
    has: (name) => typeof find(name) === "string",
    percent: (whole) => asPercent.format(whole / 100),
    moment: (iso) => asMoment.format(new Date(iso)),
    size,
    duration,
  };
}
