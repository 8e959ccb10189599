// Elements from code: everything that comes from data is text or an attribute, never markup.

export type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

const SVG = "http://www.w3.org/2000/svg";

function fill<T extends Element>(element: T, attributes: Attributes, children: Child[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((own): own is Node | string => own !== null && own !== undefined && own !== false));
  return element;
}

/** An HTML element. */
export function html<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A button that does something. */
export function button(label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = html("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/** One choice of a few. */
export function choice(
  id: string,
  label: string,
  options: { value: string; label: string }[],
  chosen: string,
  act: (value: string) => void,
): HTMLLabelElement {
  const made = options.map((own) => html("option", { value: own.value, selected: own.value === chosen }, own.label));
  const select = html("select", { id }, ...made);
  select.addEventListener("change", () => act(select.value));
  return html("label", { class: "choice", for: id }, html("span", {}, label), select);
}
