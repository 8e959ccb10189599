// What an element says when it is pointed at or reached by the keyboard, and how the arrow keys go from one to the next.

import { html } from "./dom";

/** Marks an element as one of a roving group, with what it says. */
export function says(element: Element, text: string): void {
  element.setAttribute("aria-label", text);
  element.setAttribute("data-tip", "");
  element.setAttribute("tabindex", "-1");
}

/** One stop for the Tab key; arrows, Home and End go through the elements in their order, up and down by whole rows. */
export function roving(group: Element, elements: () => Element[], columns = 1): void {
  elements()[0]?.setAttribute("tabindex", "0");
  group.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    const order = elements();
    const at = order.indexOf(event.target as Element);
    const to = order[target(event.key, at, order.length, columns)];
    if (at < 0 || !(to instanceof HTMLElement || to instanceof SVGElement)) return;
    event.preventDefault();
    for (const own of order) own.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  });
}

function target(key: string, at: number, count: number, columns: number): number {
  switch (key) {
    case "ArrowRight":
      return at + 1;
    case "ArrowLeft":
      return at - 1;
    case "ArrowDown":
      return at + columns;
    case "ArrowUp":
      return at - columns;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return -1;
  }
}

/** The one box that shows what an element says. Screen readers have it from the element itself. */
export function tips(root: HTMLElement): void {
  const box = html("div", { id: "tip", "aria-hidden": "true", hidden: true });
  root.append(box);
  const hide = () => {
    box.hidden = true;
  };
  const show = (event: Event) => {
    const own = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
    if (!own) return hide();
    box.textContent = own.getAttribute("aria-label");
    box.hidden = false;
    const [at, size] = [own.getBoundingClientRect(), box.getBoundingClientRect()];
    const x = Math.min(
      Math.max(at.x + at.width / 2 - size.width / 2, 8),
      document.documentElement.clientWidth - size.width - 8,
    );
    const above = at.y - size.height - 8;
    box.style.left = `${x + window.scrollX}px`;
    box.style.top = `${(above > 0 ? above : at.bottom + 8) + window.scrollY}px`;
  };
  root.addEventListener("pointerover", show);
  root.addEventListener("focusin", show);
  root.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}
