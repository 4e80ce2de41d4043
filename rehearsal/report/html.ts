import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { Plan, Rehearsal } from "../result";
import { type Markup, markup, Markup as Raw, scriptJson } from "./escape";
import { ganttCss } from "./gantt";
import { graphCss } from "./graph";
import { bringup, bringupChart } from "./page/bringup";
import { diagnostics, outputs, policy, rejected } from "./page/findings";
import { gpus } from "./page/gpus";
import { graphs, graphsOf } from "./page/graphs";
import { overview } from "./page/overview";
import { reportOf } from "./page/report";
import { tree } from "./page/tree";
import { pageColours } from "./palette";
import { coloursOf } from "./picture";

/**
 * A plan or a rehearsal as one HTML file that needs nothing else: no network, no libraries. Its Content-Security-Policy
 * allows only the script and style that are in it, by their hashes. The same result gives the same bytes.
 */
export function htmlReport(result: Plan | Rehearsal): string {
    const report = reportOf(result);
    const chart = bringupChart(report);
    const drawn = graphsOf(report);
    const index = (urns: readonly string[]): number[] => urns.map((urn) => report.position.get(urn) ?? -1);
    const data = {
        graphs: {
            components: { after: drawn.components.after, resources: index(drawn.components.urns) },
            resources: { after: drawn.resources.after, resources: index(drawn.resources.urns) },
        },
        gantt: index(chart?.urns ?? []),
    };
    const style = `${pageColours(coloursOf(report.model))}\n${graphCss}\n${ganttCss}\n${["page.css", "blocks.css", "charts.css"].map(file).join("\n")}`;
    const script = file("page.js");
    const title = `${report.rehearsal ? "Rehearsal" : "Plan"} of ${result.stack}`;
    const sections: (readonly [string, string, Markup])[] = [
        ...(chart ? ([["bringup", "Bring-up", bringup(report, chart)]] as const) : []),
        ["graph", "Dependencies", graphs(drawn, report.rehearsal && (report.rehearsal.succeeded ? "succeeded" : "failed"))],
        ["policy", "Policy", policy(report)],
        ["gpus", "GPUs and cost", gpus(report)],
        ["outputs", "Outputs", outputs(report)],
        ["diagnostics", "Diagnostics", diagnostics(report)],
        ...(report.rehearsal && (report.rehearsal.succeeded || report.rehearsal.rejected.length > 0)
            ? ([["rejected", "Rejected", rejected(report)]] as const)
            : []),
        ["tree", "Resources", tree(report)],
    ];
    const page = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${overview(report)}
<nav aria-label="Parts of this report"><div class="wrap">${sections.map(([id, name]) => markup`<a href="#${id}">${name}</a>`)}<button type="button" id="theme" class="js">Light or dark</button></div></nav>
<main id="main" class="wrap">
${sections.map(([, , section]) => markup`${section}\n`)}</main>
<footer class="wrap">This is a ${report.rehearsal ? "rehearsal" : "plan"}: nothing was deployed, and no cloud account was used. Secrets are shown as [secret]; what only a cluster knows, as [unknown].${report.failure === undefined && markup` To deploy: <code>pulumi up</code>.`}</footer>
<aside id="panel" hidden aria-labelledby="panel-title"><button type="button" class="close">Close</button><div class="inside"></div></aside>
<div id="tip" role="tooltip" hidden></div>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${new Raw(script)}</script>
</body>
</html>
`;
    return page.text;
}

function file(name: string): string {
    return readFileSync(path.join(__dirname, "page", name), "utf8");
}

function hash(text: string): string {
    return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
