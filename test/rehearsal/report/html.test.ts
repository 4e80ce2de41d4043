import { createHash } from "node:crypto";

import { htmlReport } from "../../../rehearsal/report/html";
import { ganttPicture, graphPicture } from "../../../rehearsal/report/picture";
import type { Plan, Rehearsal } from "../../../rehearsal/result";
import { sampleFailure, samplePlan, sampleRehearsal } from "./sample";

const hostile = `</script><img src=x onerror=alert(1)>"'&]]>\u2028<!--`;

/** The sample with a name that tries to break out, wherever a text can stand. */
function attacked(): Rehearsal {
    const text = JSON.stringify(sampleFailure());
    const result = JSON.parse(text.replaceAll("gpt-oss-20b", JSON.stringify(hostile).slice(1, -1))) as Rehearsal;
    return {
        ...result,
        stack: hostile,
        outputs: { [hostile]: hostile },
        policy: [{ rule: hostile, level: "mandatory", urn: result.resources[5]!.urn, message: hostile }],
        diagnostics: [{ severity: "error", message: hostile, urn: hostile }],
        rejected: [{ urn: result.resources[5]!.urn, object: hostile, reason: hostile, message: hostile }],
        timeline: result.timeline.map((entry) => ({ ...entry, readyWhen: hostile })),
    };
}

test("the same result, the same bytes", () => {
    expect(htmlReport(sampleRehearsal())).toBe(htmlReport(sampleRehearsal()));
    expect(ganttPicture(sampleRehearsal())).toBe(ganttPicture(sampleRehearsal()));
    expect(graphPicture(samplePlan(), "resources")).toBe(graphPicture(samplePlan(), "resources"));
});

test("names that try to break out stay text", () => {
    const html = htmlReport(attacked());
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/[^-]<!--/);
    expect(html).toContain("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;");
    const elements = html.replace(/<(style|script)[^>]*>[^]*?<\/\1>/g, "").match(/<[a-z][^>]*>/gi)!;
    expect(elements.filter((element) => /\son\w+\s*=/i.test(element.replace(/"[^"]*"/g, '""')))).toEqual([]);
    for (const picture of [ganttPicture(attacked()), graphPicture(attacked()), graphPicture(attacked(), "resources")]) {
        expect(picture).not.toContain("<img");
        expect(unbalanced(picture)).toEqual([]);
    }
});

test("the embedded data is valid JSON", () => {
    const html = htmlReport(attacked());
    const data = JSON.parse(/<script type="application\/json" id="data">([^]*?)<\/script>/.exec(html)![1]!) as {
        gantt: number[];
    };
    expect(data.gantt.length).toBeGreaterThan(10);
    expect(data.gantt.every((i) => i >= 0)).toBe(true);
});

test("every element is closed", () => {
    for (const result of [sampleRehearsal(), samplePlan(), attacked(), empty()]) {
        expect(unbalanced(htmlReport(result).replace(/<(style|script)[^>]*>[^]*?<\/\1>/g, ""))).toEqual([]);
    }
});

test("nothing is fetched, and only the page's own script and style may run", () => {
    const html = htmlReport(sampleRehearsal());
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
        /\b(src|href|action|poster|srcset)=["']?(https?:|\/\/|data:)/i,
    );
    expect(html).not.toMatch(/@import|url\(\s*["']?(?!#)/);
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    expect(policy).toContain("default-src 'none'");
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy).toContain(`script-src ${hash(/<script>([^]*?)<\/script>/.exec(html)![1]!)}`);
    expect(policy).toContain(`style-src ${hash(/<style>([^]*?)<\/style>/.exec(html)![1]!)}`);
    expect(html).not.toMatch(/ style="/);
});

test("says plainly what it is", () => {
    const rehearsal = htmlReport(sampleRehearsal());
    expect(rehearsal).toContain("REHEARSAL · nothing was deployed");
    expect(rehearsal).toContain("pulumi up");
    expect(htmlReport(samplePlan())).toContain("PLAN · nothing was deployed");
    expect(htmlReport(sampleFailure())).toContain("refused by policy");
    const failed: Rehearsal = { ...sampleFailure(), policy: [] };
    expect(htmlReport(failed)).toContain("did not come up");
});

test("a failure leads with its cause and its remedy, and promises nothing", () => {
    const html = htmlReport({ ...sampleFailure(), policy: [] });
    const header = /<header>[^]*?<\/header>/.exec(html)![0];
    expect(header).toContain("spec.limits[free].rates[0].window in body should match");
    expect(header).toContain("<strong>Remedy</strong>");
    expect(header).toContain("incomplete: the program failed");
    expect(header).not.toContain("every object was accepted");
    expect(html).not.toContain("Ready after");
    expect(html).not.toContain("To deploy");
    expect(html).toContain("None: the stack hands out nothing before all of it has come up.");
    expect(html).not.toContain("maas.apps.demo.example.com</code>");
    expect(htmlReport(sampleRehearsal())).not.toContain('class="failure"');
});

test("a layer that is not ready says how much of it is, and commands of a remedy are set as code", () => {
    const sample = sampleFailure();
    const { urn } = sample.rejected[0]!;
    const html = htmlReport({
        ...sample,
        rejected: [],
        diagnostics: [{ urn, severity: "error", message: "it failed. Remedy: see `oc get pods`, then run `pulumi up` again" }],
    });
    expect(html).toContain("See <code>oc get pods</code>, then run <code>pulumi up</code> again.");
    expect(html).toMatch(/<span class="pill bad">\d+ of \d+<\/span>/);
    expect(htmlReport(sampleRehearsal())).not.toMatch(/<span class="pill bad">\d+ of \d+<\/span>/);
});

test("the step that failed has a red bar, and its box is marked; nothing is on a critical path", () => {
    const sample = sampleFailure();
    const { urn } = sample.rejected[0]!;
    const failed = { ...sample, timeline: [...sample.timeline, { urn, start: 5, end: 65, readyWhen: "never: it failed" }] };
    const html = htmlReport(failed);
    expect(html.match(/class="row g\d+ failed"[^]*?<\/g>/g)).toEqual([expect.stringContaining("failed at 1:05")]);
    expect(html.match(/class="node g\d+ failed"/g)).toHaveLength(2);
    expect(html).not.toMatch(/class="(?:row|node) g\d+ crit"|<h3>Critical path/);
});

test("what was not begun is folded", () => {
    const sample = sampleFailure();
    const urn = sample.resources.at(-2)!.urn;
    const html = htmlReport({
        ...sample,
        diagnostics: [
            ...sample.diagnostics,
            { severity: "info", urn, message: "was not started because kuadrant, which it needs, did not become ready" },
        ],
    });
    expect(html).toMatch(/<details><summary>1 resource was not begun because of it<\/summary>[^]*?was not started because/);
    expect(html.match(/was not started because/g)).toHaveLength(1);
});

test("what a source notes for itself does not reach the page", () => {
    const machineSet = sampleRehearsal().resources.filter((r) => r.type.endsWith(":MachineSet"));
    expect(machineSet.length).toBeGreaterThan(0);
    expect(htmlReport(sampleRehearsal())).toContain("Price source: ");
    expect(htmlReport(sampleRehearsal())).not.toContain("null: unknown");
});

test("every id exists once, and every link leads to one", () => {
    const html = htmlReport(sampleRehearsal());
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) {
        expect(ids).toContain(target);
    }
    for (const [, target] of html.matchAll(/url\(#([^)]+)\)/g)) {
        expect(ids).toContain(target);
    }
});

test("every resource of the plan has its entry, with its inputs", () => {
    const plan = samplePlan();
    const html = htmlReport(plan);
    plan.resources.forEach((_, i) => expect(html).toContain(`id="r${i}"`));
    expect(html).toContain("&quot;instanceType&quot;: &quot;g6e.12xlarge&quot;");
    expect(html).toContain("[secret]");
});

test("600 resources stay a page that can be opened", () => {
    const big = sampleRehearsal(12);
    expect(big.resources.length).toBeGreaterThan(500);
    expect(htmlReport(big).length).toBeLessThan(3_000_000);
});

test("a plan without anything is a page too", () => {
    expect(htmlReport(empty())).toContain("Plan of the stack");
    expect(graphPicture(empty())).toContain("<svg");
});

test("pictures need nothing else and know light and dark", () => {
    for (const picture of [
        ganttPicture(sampleRehearsal()),
        graphPicture(sampleRehearsal()),
        graphPicture(samplePlan(), "resources"),
    ]) {
        expect(picture).not.toContain("var(--");
        expect(picture).toContain("prefers-color-scheme:dark");
        expect(unbalanced(picture)).toEqual([]);
        expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="\d+"/);
    }
});

test("the critical path is marked in chart and graph", () => {
    const rehearsal = sampleRehearsal();
    const html = htmlReport(rehearsal);
    const resources = /id="resources"[^]*?<\/svg>/.exec(html)![0];
    expect(resources.match(/class="node g\d+ crit"/g)).toHaveLength(rehearsal.criticalPath.length);
    expect(resources.match(/class="edge crit"/g)).toHaveLength(rehearsal.criticalPath.length - 1);
    expect(ganttPicture(rehearsal).match(/class="row g\d+ crit"/g)).toHaveLength(rehearsal.criticalPath.length);
});

function empty(): Plan {
    return { stack: "empty", resources: [], outputs: {}, policy: [], diagnostics: [] };
}

/** Elements that are opened and not closed, or closed and not open. */
function unbalanced(text: string): string[] {
    const empties = new Set(["meta", "input", "img", "br", "!doctype"]);
    const open: string[] = [];
    const wrong: string[] = [];
    for (const [whole, closing, name] of text.matchAll(/<(\/?)([!a-z][a-z0-9]*)(?:"[^"]*"|[^">])*>/gi)) {
        const element = name!.toLowerCase();
        if (whole.endsWith("/>") || empties.has(element)) {
            continue;
        }
        if (closing === "") {
            open.push(element);
        } else if (open.pop() !== element) {
            wrong.push(whole);
        }
    }
    return [...wrong, ...open];
}
