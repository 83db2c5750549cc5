// Printing a part of the page alone.

/** Prints what is inside `.sheets` of the view, without anything else of the page. */
export function printSheets(): void {
  const root = document.documentElement;
  root.classList.add("sheets-only");
  window.addEventListener("afterprint", () => root.classList.remove("sheets-only"), {
    once: true,
  });
  window.print();
}
