/** The charts as pictures of their own, for README and docs: SVG that needs nothing else, the same bytes every time. */
import type { Plan, Rehearsal } from "../result";
import { escapeText, type Markup } from "./escape";
import { gantt, ganttCss } from "./gantt";
import { componentGraph, graphCss, resourceGraph } from "./graph";
import { type Model, modelOf } from "./model";
import { pictureStyle } from "./palette";

const frameCss = `text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}\n.paper{fill:var(--surface)}`;

/** The Gantt chart of a rehearsal. */
export function ganttPicture(rehearsal: Rehearsal): string {
    const model = modelOf(rehearsal);
    const chart = gantt(rehearsal, model, `Rehearsed bring-up of the stack ${rehearsal.stack}`);
    return picture(chart.svg, chart.width, chart.height, ganttCss, coloursOf(model));
}

/**
 * The dependency graph of a plan or a rehearsal (with its critical path).
 *
 * @param detail `components` (default) fits a page; `resources` shows every resource
 */
export function graphPicture(result: Plan | Rehearsal, detail: "components" | "resources" = "components"): string {
    const model = modelOf(result);
    const rehearsal = "timeline" in result ? result : undefined;
    const title = `Dependencies in the stack ${result.stack}`;
    const graph = (detail === "components" ? componentGraph : resourceGraph)(model, rehearsal, title);
    return picture(graph.svg, graph.width, graph.height, graphCss, coloursOf(model));
}

/** The numbers of the colours of the layers in a plan. */
export function coloursOf({ groups }: Model): number[] {
    return groups.map((group) => group.colour).sort((a, b) => a - b);
}

/**
 * A picture with its frame and palette.
 *
 * @param css one rule a line, colours as `var(--name)`
 * @param used numbers of the layers' colours
 */
export function picture(inside: Markup, width: number, height: number, css: string, used: readonly number[]): string {
    // `>` is the only character of these rules that escaping changes, and CSS inside XML reads it either way.
    const style = escapeText(pictureStyle(`${frameCss}\n${css}`, used)).replace(/&quot;/g, '"');
    return (
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">\n` +
        `<style>\n${style}\n</style>\n<rect class="paper" width="100%" height="100%"/>\n${inside.text}\n</svg>\n`
    );
}
