for (const filter of document.querySelectorAll(".filter")) {
  const rows = [...filter.parentElement.querySelectorAll("tr[data-find]")];
  const cards = [...filter.parentElement.querySelectorAll(".card[data-function]")];
  const words = filter.querySelector("input");
  const marks = filter.querySelector("select");
  const said = filter.querySelector("output");
  filter.hidden = false;
  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = wanted.every((word) => row.dataset.find.includes(word));
      row.hidden = !fits || (marks.value !== "" && !row.dataset.marks.split(" ").includes(marks.value));
      shown += row.hidden ? 0 : 1;
    }
    const all = wanted.length === 0 && marks.value === "";
    for (const card of cards) {
      card.hidden = !all && !card.querySelector("tr[data-find]:not([hidden])");
    }
    said.textContent = all ? "" : `${shown} of ${rows.length} lines`;
  };
  words.addEventListener("input", show);
  marks.addEventListener("change", show);
}
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const one of closed) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of closed) one.open = false;
});
