import { type Markup, markup } from "../escape";
import { componentGraph, type Graph, resourceGraph } from "../graph";
import type { Report } from "./report";

/** Both graphs of a report. */
export function graphsOf({ model, rehearsal }: Report): { components: Graph; resources: Graph } {
    return {
        components: componentGraph(model, rehearsal, "Dependencies between components"),
        resources: resourceGraph(model, rehearsal, "Dependencies between resources"),
    };
}

/** The dependency graph, by component and by resource. */
export function graphs(
    { components, resources }: ReturnType<typeof graphsOf>,
    rehearsed: "succeeded" | "failed" | undefined,
): Markup {
    return markup`<section id="graph" class="long"><h2>Dependencies</h2>
<p class="note">An arrow leads from a dependency to the resource that waits for it. Dependencies that others imply are not drawn.${rehearsed === "succeeded" ? " The critical path is red." : rehearsed === "failed" ? " What failed is red; what was not begun has a dashed border." : ""}<span class="js"> Point at a box to see everything that it waits for and everything that waits for it; click it, or press Enter, for its details; arrow keys move.</span></p>
<div class="bar-tools js"><button type="button" data-view="components" aria-pressed="true">Components</button><button type="button" data-view="resources" aria-pressed="false">All ${resources.urns.length} resources</button><button type="button" data-zoom="0.8" aria-label="Smaller">−</button><button type="button" data-zoom="1.25" aria-label="Larger">+</button><button type="button" data-zoom="0">Fit</button></div>
${view("components", components, "Dependency graph of the components")}
${view("resources", resources, "Dependency graph of the resources")}
</section>`;
}

function view(id: string, graph: Graph, label: string): Markup {
    return markup`<div id="${id}" class="chart" tabindex="0" role="region" aria-label="${label}"><svg role="img" viewBox="0 0 ${graph.width} ${graph.height}" width="${graph.width}" height="${graph.height}">${graph.svg}</svg></div>`;
}
