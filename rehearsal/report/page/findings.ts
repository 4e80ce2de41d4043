import type { Diagnostic, PolicyFinding, PolicyRule } from "../../result";
import { type Markup, markup } from "../escape";
import { count, flat } from "../format";
import { follows, gravestFirst, outputsOf } from "../summary";
import { link, type Report } from "./report";

const levelPill = { mandatory: "bad", remediate: "warn", advisory: "warn", disabled: "" } as const;
const severityPill = { error: "bad", warning: "warn", info: "", debug: "" } as const;

/** Findings of the policy pack, by rule: resource, setting, finding and remedy; then accepted findings, and all rules. */
export function policy(report: Report): Markup {
    const findings = gravestFirst(report.plan.policy);
    const { waived = [], rules = [] } = report.plan;
    return markup`<section id="policy"><h2>Policy</h2>
${findings.length === 0 ? markup`<p class="note">No rule of the policy pack has a finding.</p>` : findingsTable(report, findings)}
${
    waived.length > 0 &&
    markup`<div class="scroll"><table><caption>${count(waived.length, "finding")} waived</caption><thead><tr><th scope="col">Rule</th><th scope="col">Resource</th><th scope="col">Setting</th><th scope="col">Finding</th><th scope="col">Owner</th><th scope="col">Until</th><th scope="col">Reason</th></tr></thead><tbody>${waived.map(
        (f) =>
            markup`<tr><th scope="row" class="keep">${f.rule}</th><td>${about(report, f.urn)}</td><td>${setting(f)}</td><td>${f.message}</td><td>${f.waiver.owner}</td><td class="keep">${f.waiver.until}</td><td>${f.waiver.reason}</td></tr>
`,
    )}</tbody></table></div>`
}
${rules.length > 0 && rulesTable(rules, findings)}</section>`;
}

function findingsTable(report: Report, findings: readonly PolicyFinding[]): Markup {
    const byRule = new Map<string, PolicyFinding[]>();
    for (const finding of findings) {
        byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
    }
    const remedies = new Map((report.plan.rules ?? []).map((rule) => [rule.name, rule.remedy]));
    return markup`<div class="scroll"><table><caption>${count(findings.length, "finding")} of ${count(byRule.size, "rule")}</caption><thead><tr><th scope="col">Rule</th><th scope="col">Level</th><th scope="col">Resource</th><th scope="col">Setting</th><th scope="col">Finding</th></tr></thead>
${[...byRule].map(([rule, own]) => {
    const remedy = remedies.get(rule) ?? "";
    return markup`<tbody>${own.map(
        (finding, i) =>
            markup`<tr>${i === 0 && markup`<th scope="rowgroup" rowspan="${own.length + (remedy === "" ? 0 : 1)}" class="keep">${rule}</th>`}<td><span class="pill ${levelPill[finding.level]}">${finding.level === "remediate" ? "corrected" : finding.level}</span></td><td>${about(report, finding.urn)}</td><td>${setting(finding)}</td><td>${finding.message}</td></tr>
`,
    )}${
        remedy !== "" &&
        markup`<tr><td colspan="4" class="note">Remedy: ${remedy}</td></tr>
`
    }</tbody>`;
})}</table></div>`;
}

function rulesTable(rules: readonly PolicyRule[], findings: readonly PolicyFinding[]): Markup {
    const of = new Map<string, number>();
    findings.forEach((f) => of.set(f.rule, (of.get(f.rule) ?? 0) + 1));
    return markup`<details><summary>${count(rules.length, "rule")} checked</summary><div class="scroll"><table><thead><tr><th scope="col">Rule</th><th scope="col">Level</th><th scope="col">Requirement</th><th scope="col">Findings</th></tr></thead><tbody>${rules.map(
        (rule) =>
            markup`<tr><th scope="row" class="keep">${rule.name}</th><td>${rule.level}</td><td>${rule.title}</td><td>${rule.level === "disabled" ? "not checked" : String(of.get(rule.name) ?? "none")}</td></tr>
`,
    )}</tbody></table></div></details>`;
}

function about(report: Report, urn: string | undefined): Markup {
    return urn === undefined ? markup`the whole stack` : link(report, urn);
}

function setting(finding: { readonly setting?: string }): Markup {
    return finding.setting === undefined ? markup`` : markup`<code>${finding.setting}</code>`;
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
        ? markup`<p class="note">The cluster accepted every object that was sent.</p>`
        : markup`<div class="scroll"><table><thead><tr><th scope="col">Object</th><th scope="col">Resource</th><th scope="col">Reason</th><th scope="col">Message</th></tr></thead><tbody>${rehearsal.rejected.map(
              (
                  r,
              ) => markup`<tr><th scope="row">${r.object}</th><td>${link(report, r.urn)}</td><td><span class="pill bad">${r.reason}</span></td><td>${r.message}</td></tr>
`,
          )}</tbody></table></div>`
}</section>`;
}

/** Outputs of the stack. */
export function outputs({ plan, rehearsal }: Report): Markup {
    const entries = Object.entries(outputsOf(plan)).sort(([a], [b]) => (a < b ? -1 : 1));
    return markup`<section id="outputs"><h2>Outputs</h2>
${
    entries.length === 0
        ? markup`<p class="note">${rehearsal && !rehearsal.succeeded ? "None: the stack hands out nothing before all of it has come up." : "The stack has no outputs."}</p>`
        : markup`<div class="scroll"><table><thead><tr><th scope="col">Output</th><th scope="col">Value</th></tr></thead><tbody>${entries
              .flatMap(([key, own]) => flat(key, own))
              .map(
                  ([name, value]) => markup`<tr><th scope="row" class="keep">${name}</th><td><code>${value}</code></td></tr>
`,
              )}</tbody></table></div>`
}</section>`;
}

/** The messages of the program and of the engine; debug messages are left out. */
export function diagnostics(report: Report): Markup {
    const all = report.plan.diagnostics.filter((d) => d.severity !== "debug");
    const said = all.filter((d) => !follows(d));
    // A component is not begun as what is in it is not.
    const followed = all.filter((d) => follows(d) && (d.urn === undefined || report.model.item(d.urn) !== undefined));
    return markup`<section id="diagnostics"><h2>Diagnostics</h2>
${said.length === 0 ? markup`<p class="note">The program reported nothing.</p>` : diagnosticsTable(report, said)}${
        followed.length > 0 &&
        markup`
<details><summary>${count(followed.length, "resource was", "resources were")} not begun because of it</summary>${diagnosticsTable(report, followed)}</details>`
    }</section>`;
}

function diagnosticsTable(report: Report, said: readonly Diagnostic[]): Markup {
    return markup`<div class="scroll"><table><thead><tr><th scope="col">Severity</th><th scope="col">Resource</th><th scope="col">Message</th></tr></thead><tbody>${said.map(
        (
            d,
        ) => markup`<tr><td><span class="pill ${severityPill[d.severity]}">${d.severity}</span></td><td>${d.urn === undefined || d.urn === "" ? "" : link(report, d.urn)}</td><td>${d.message}</td></tr>
`,
    )}</tbody></table></div>`;
}
