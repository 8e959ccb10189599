// A map made larger: by buttons, by + − 0 on the keyboard, moved by dragging. Nothing finer than the release appears.

import { button, html, svg } from "./dom";
import type { Projection } from "./projection";
import type { View } from "./view";

const MOST = 32;

/** The map in a frame with its buttons. What is focused by the keyboard is brought into sight. */
export function zoomable(view: View, map: SVGSVGElement, { width, height }: Projection): HTMLElement {
  let [scale, x, y] = [1, width / 2, height / 2];
  const hatch = hatching(map);
  const ring = svg("path", { class: "ring" });
  map.append(ring);
  const draw = () => {
    const [w, h] = [width / scale, height / scale];
    x = Math.min(Math.max(x, w / 2), width - w / 2);
    y = Math.min(Math.max(y, h / 2), height - h / 2);
    map.setAttribute("viewBox", `${x - w / 2} ${y - h / 2} ${w} ${h}`);
    // Lines and names keep their size on the screen.
    map.style.setProperty("--zoom", String(scale));
    hatch?.setAttribute("patternTransform", `scale(${1 / scale})`);
    map.classList.toggle("zoomed", scale > 1);
  };
  const by = (factor: number) => () => {
    scale = Math.min(Math.max(scale * factor, 1), MOST);
    draw();
  };
  const all = () => {
    scale = 1;
    draw();
  };
  drag(map, (dx, dy) => {
    const pixels = map.getBoundingClientRect().width / width;
    x -= dx / pixels / scale;
    y -= dy / pixels / scale;
    draw();
  });
  map.addEventListener("keydown", (event) => {
    const act = ({ "+": by(2), "=": by(2), "-": by(0.5), "0": all } as Record<string, () => void>)[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  map.addEventListener("focusin", (event) => {
    const own = event.target;
    if (!(own instanceof SVGGraphicsElement) || own === map) return;
    ring.setAttribute("d", own.getAttribute("d") ?? "");
    // What was clicked is in sight, and must not move from under the pointer.
    if (scale === 1 || !own.matches(":focus-visible")) return;
    const box = own.getBBox();
    [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    draw();
  });
  map.addEventListener("focusout", () => ring.setAttribute("d", ""));
  const { say } = view;
  const buttons = [
    button("+", by(2), { "aria-label": say("zoom.in"), title: say("zoom.in") }),
    button("−", by(0.5), { "aria-label": say("zoom.out"), title: say("zoom.out") }),
    button("⤢", all, { "aria-label": say("zoom.all"), title: say("zoom.all") }),
  ];
  return html(
    "div",
    { class: "frame" },
    map,
    html("div", { class: "zoom", role: "group", "aria-label": say("zoom") }, ...buttons),
  );
}

/** A hatch of the map's own, which does not grow with it. */
function hatching(map: SVGSVGElement): SVGElement | null {
  const own = document.getElementById("hatch")?.cloneNode(true);
  if (!(own instanceof SVGElement)) return null;
  own.id = `hatch-${map.getAttribute("class")?.split(" ").at(-1) ?? ""}`;
  map.prepend(svg("defs", {}, own));
  map.style.setProperty("--hatched", `url(#${own.id})`);
  return own;
}

function drag(map: SVGSVGElement, move: (dx: number, dy: number) => void): void {
  let last: [number, number] | null = null;
  map.addEventListener("pointerdown", (event) => {
    // A page that is scrolled by finger stays so until the map is larger than its frame.
    if (map.classList.contains("zoomed")) last = [event.clientX, event.clientY];
  });
  map.addEventListener("pointermove", (event) => {
    if (!last) return;
    move(event.clientX - last[0], event.clientY - last[1]);
    last = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) map.addEventListener(end, () => (last = null));
}
