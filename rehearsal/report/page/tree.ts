import type { PlannedResource } from "../../result";
import { type Markup, markup } from "../escape";
import { durationText, inline, moment } from "../format";
import { sorted } from "../json";
import type { TreeNode } from "../model";
import { link, type Report } from "./report";

/** All resources by parent, each with its details. */
export function tree(report: Report): Markup {
    const neededBy = new Map<string, string[]>();
    for (const resource of report.plan.resources) {
        for (const need of resource.dependencies) {
            neededBy.set(need, [...(neededBy.get(need) ?? []), resource.urn]);
        }
    }
    const critical = new Set(report.summary?.steps.map((step) => step.urn));
    const times = new Map((report.rehearsal?.timeline ?? []).map((entry) => [entry.urn, entry]));
    const write = (node: TreeNode, depth: number): Markup => {
        const { resource } = node;
        const children = node.children.length > 0 && markup`<ul>${node.children.map((child) => write(child, depth + 1))}</ul>`;
        const findings = report.plan.policy.filter((finding) => finding.urn === resource.urn);
        const badges = markup`${critical.has(resource.urn) && markup` <span class="pill crit">critical path</span>`}${findings.map(
            (finding) => markup` <span class="pill ${finding.level === "mandatory" ? "bad" : "warn"}">${finding.rule}</span>`,
        )}${report.rehearsal?.rejected.some((r) => r.urn === resource.urn) && markup` <span class="pill bad">rejected</span>`}`;
        const id = report.position.get(resource.urn)!;
        const attributes = markup`id="r${id}" data-title="${report.model.title(resource.urn)}"`;
        if (!resource.options.custom) {
            const open = depth < 2;
            return markup`<li><details ${attributes} class="holder" data-open="${String(open)}"${open && markup` open`}><summary><span class="kind">${node.kind}</span> <span class="name">${node.label}</span> <span class="pill">${node.size}</span>${badges}</summary>${facts(report, resource, neededBy, times, node)}${children}</details></li>
`;
        }
        const namespace = report.model.item(resource.urn)?.namespace;
        const text = `${resource.type} ${resource.name} ${namespace ?? ""}/${node.label}`.toLowerCase();
        return markup`<li><details ${attributes} data-text="${text}"><summary><span class="kind">${node.kind}</span> <span class="name">${namespace !== undefined && `${namespace}/`}${node.label}</span>${badges}</summary>${facts(report, resource, neededBy, times, node)}</details>${children}</li>
`;
    };
    return markup`<section id="tree" class="long"><h2>Resources</h2>
<div class="bar-tools js"><label>Filter <input type="search" id="filter" placeholder="kind, name, namespace" autocomplete="off"></label><span id="found" role="status"></span><button type="button" data-all="open">Open all</button><button type="button" data-all="close">Close all</button></div>
<ul class="tree">${report.model.tree.map((node) => write(node, 0))}</ul></section>`;
}

function facts(
    report: Report,
    resource: PlannedResource,
    neededBy: ReadonlyMap<string, readonly string[]>,
    times: ReadonlyMap<string, { start: number; end: number; readyWhen: string }>,
    node: TreeNode,
): Markup {
    const { custom: _, ...options } = resource.options;
    const time = times.get(resource.urn);
    const users = neededBy.get(resource.urn) ?? [];
    const findings = report.plan.policy.filter((finding) => finding.urn === resource.urn);
    const rejected = report.rehearsal?.rejected.filter((r) => r.urn === resource.urn) ?? [];
    const rows: (readonly [string, Markup | string])[] = [
        ["Name", resource.name],
        ["Type", markup`<code>${resource.type}</code>`],
        ["URN", markup`<code>${resource.urn}</code>`],
        ...(time
            ? ([
                  [
                      "Ready",
                      `${moment(time.end)}${time.end > time.start ? `, ${durationText(time.end - time.start)} after it was sent at ${moment(time.start)}` : ", at once"}`,
                  ],
                  ["Ready when", markup`<code>${time.readyWhen}</code>`],
              ] as const)
            : []),
        ...findings.map((finding) => [`Policy (${finding.level})`, `${finding.rule}: ${finding.message}`] as const),
        ...rejected.map((r) => ["Rejected", `${r.reason}: ${r.message}`] as const),
        ...Object.entries(options).map(([name, value]) => [name, markup`<code>${inline(value)}</code>`] as const),
        ...(resource.dependencies.length > 0 ? ([["Waits for", links(report, resource.dependencies)]] as const) : []),
        ...(users.length > 0 ? ([["Needed by", links(report, users)]] as const) : []),
        ...(!resource.options.custom && node.children.length > 0
            ? ([
                  [
                      "Holds",
                      links(
                          report,
                          node.children.map((child) => child.resource.urn),
                      ),
                  ],
              ] as const)
            : []),
    ];
    const inputs =
        Object.keys(resource.inputs).length > 0 &&
        markup`<pre tabindex="0">${JSON.stringify(sorted(resource.inputs), null, 2)}</pre>`;
    return markup`<div class="facts"><dl>${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>${inputs}</div>`;
}

function links(report: Report, urns: readonly string[]): Markup {
    return markup`<ul>${urns.map((urn) => markup`<li>${link(report, urn)}</li>`)}</ul>`;
}
