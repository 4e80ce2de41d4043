import { type Markup, markup } from "../escape";
import { count, flat } from "../format";
import { gravestFirst } from "../summary";
import { link, type Report } from "./report";

const levelPill = { mandatory: "bad", remediate: "warn", advisory: "warn", disabled: "" } as const;
const severityPill = { error: "bad", warning: "warn", info: "", debug: "" } as const;

/** What the policy pack found, by rule. */
export function policy(report: Report): Markup {
    const findings = gravestFirst(report.plan.policy);
    const rules = new Map<string, typeof findings>();
    for (const finding of findings) {
        rules.set(finding.rule, [...(rules.get(finding.rule) ?? []), finding]);
    }
    return markup`<section id="policy"><h2>Policy</h2>
${
    findings.length === 0
        ? markup`<p class="note">No rule of the policy pack has a finding.</p>`
        : markup`<div class="scroll"><table><caption>${count(findings.length, "finding")} of ${count(rules.size, "rule")}</caption><thead><tr><th scope="col">Rule</th><th scope="col">Level</th><th scope="col">Resource</th><th scope="col">Finding</th></tr></thead>
${[...rules].map(
    ([rule, own]) =>
        markup`<tbody>${own.map(
            (
                finding,
                i,
            ) => markup`<tr>${i === 0 && markup`<th scope="rowgroup" rowspan="${own.length}" class="keep">${rule}</th>`}<td><span class="pill ${levelPill[finding.level]}">${finding.level}</span></td><td>${finding.urn === undefined ? "the whole stack" : link(report, finding.urn)}</td><td>${finding.message}</td></tr>
`,
        )}</tbody>`,
)}</table></div>`
}</section>`;
}

/** Objects that the cluster refused; nothing for a plan. */
export function rejected(report: Report): Markup {
    const { rehearsal } = report;
    if (!rehearsal) {
        return markup``;
    }
    return markup`<section id="rejected"><h2>Rejected</h2>
${
    rehearsal.rejected.length === 0
        ? markup`<p class="note">The cluster accepted every object.</p>`
        : markup`<div class="scroll"><table><thead><tr><th scope="col">Object</th><th scope="col">Resource</th><th scope="col">Reason</th><th scope="col">Message</th></tr></thead><tbody>${rehearsal.rejected.map(
              (
                  r,
              ) => markup`<tr><th scope="row">${r.object}</th><td>${link(report, r.urn)}</td><td><span class="pill bad">${r.reason}</span></td><td>${r.message}</td></tr>
`,
          )}</tbody></table></div>`
}</section>`;
}

/** What the stack hands out. */
export function outputs({ plan }: Report): Markup {
    const entries = Object.entries(plan.outputs).sort(([a], [b]) => (a < b ? -1 : 1));
    return markup`<section id="outputs"><h2>Outputs</h2>
${
    entries.length === 0
        ? markup`<p class="note">The stack has no outputs.</p>`
        : markup`<div class="scroll"><table><thead><tr><th scope="col">Output</th><th scope="col">Value</th></tr></thead><tbody>${entries
              .flatMap(([key, own]) => flat(key, own))
              .map(
                  ([name, value]) => markup`<tr><th scope="row" class="keep">${name}</th><td><code>${value}</code></td></tr>
`,
              )}</tbody></table></div>`
}</section>`;
}

/** What the program and the engine said; debug messages are left out. */
export function diagnostics(report: Report): Markup {
    const said = report.plan.diagnostics.filter((d) => d.severity !== "debug");
    return markup`<section id="diagnostics"><h2>Diagnostics</h2>
${
    said.length === 0
        ? markup`<p class="note">The program had nothing to say.</p>`
        : markup`<div class="scroll"><table><thead><tr><th scope="col">Severity</th><th scope="col">Resource</th><th scope="col">Message</th></tr></thead><tbody>${said.map(
              (
                  d,
              ) => markup`<tr><td><span class="pill ${severityPill[d.severity]}">${d.severity}</span></td><td>${d.urn === undefined || d.urn === "" ? "" : link(report, d.urn)}</td><td>${d.message}</td></tr>
`,
          )}</tbody></table></div>`
}</section>`;
}
