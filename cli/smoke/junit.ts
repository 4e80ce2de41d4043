/** Results as JUnit XML, as CI systems read it. */
import type { SmokeResult } from "./run";

/** @param stack names the suite */
export function junit(stack: string, results: readonly SmokeResult[]): string {
    const of = (verdict: SmokeResult["verdict"]): number => results.filter((result) => result.verdict === verdict).length;
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0).toFixed(3);
    const counts = `tests="${results.length}" failures="${of("fail")}" skipped="${of("skipped")}" time="${seconds}"`;
    const cases = results.map(({ check, title, tier, model, verdict, said, remedy, seconds: time }) => {
        const group = ["smoke", tier, model].filter((part) => part !== undefined).join(".");
        const head = `    <testcase classname="${escaped(group)}" name="${escaped(`${check}: ${title}`)}" time="${time.toFixed(3)}"`;
        return verdict === "pass"
            ? `${head}/>`
            : verdict === "skipped"
              ? `${head}><skipped message="${escaped(said)}"/></testcase>`
              : `${head}><failure message="${escaped(said)}">${escaped(`Remedy: ${remedy}`)}</failure></testcase>`;
    });
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites ${counts}>`,
        `  <testsuite name="${escaped(`maas smoke ${stack}`)}" ${counts}>`,
        ...cases,
        "  </testsuite>",
        "</testsuites>",
        "",
    ].join("\n");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;" };

/** Text of XML; control characters, which XML has no form for, are replaced. */
function escaped(text: string): string {
    return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd").replace(/[&<>"\n]/g, (c) => entities[c]!);
}
