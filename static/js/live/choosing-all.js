// One box that ticks all boxes of its form, or none, and shows how many are ticked.
// Hook: [data-choose-all] names the boxes; its label is hidden until this runs.

for (const all of document.querySelectorAll("[data-choose-all]")) {
  const boxes = [...all.form.querySelectorAll(`[name="${all.dataset.chooseAll}"]`)];

  const show = () => {
    const number = boxes.filter((each) => each.checked).length;
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && !all.checked;
  };

  all.addEventListener("change", () => {
    for (const each of boxes) each.checked = all.checked;
  });
  all.form.addEventListener("change", show);
  window.addEventListener("pageshow", show); // a browser that comes back keeps the ticks
  all.closest("label").hidden = false;
}
