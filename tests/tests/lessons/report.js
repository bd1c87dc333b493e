// What a page in the frame shows, as JSON.
addEventListener("load", () => {
  const page = document.getElementById("page").contentDocument;
  const width = page.documentElement.clientWidth;
  const told = (element) => element.tagName + " " + (element.id || element.textContent.trim().slice(0, 40));
  const all = (selector) => [...page.querySelectorAll(selector)];
  const shown = (element) => !element.closest("[hidden]");
  const empty = all("figure svg, figure img, math").filter(shown).filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width < 1 || box.height < 1 || (element.tagName === "IMG" && element.naturalWidth === 0);
  });
  // What can be scrolled by itself may be wider than the page.
  const scrolls = (element) => element.closest("pre, .formula, .table");
  const wide = all("body *").filter(shown).filter((element) =>
    !scrolls(element) && element.getBoundingClientRect().right > width + 0.5);
  if (page.documentElement.scrollWidth > width) wide.push(page.documentElement);
  document.getElementById("report").textContent = JSON.stringify({
    figures: all("figure").filter((figure) => figure.getBoundingClientRect().height > 20).length,
    empty: empty.map(told),
    wide: wide.map(told),
  });
});
