/** Results as JUnit XML, as CI systems read it. */
import type { SmokeResult } from "./run";

/** @param stack names the suite */
export function junit(stack: string, results: readonly SmokeResult[]): string {
    const of = (verdict: SmokeResult["verdict"]): number => results.filter((result) => result.verdict === verdict).length;
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0).toFixed(3);
    // Source: jenkinsci/xunit-plugin@8c515de:src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
    const counts = `tests="${results.length}" failures="${of("fail")}" errors="0"`;
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
        `<testsuites ${counts} time="${seconds}">`,
        `  <testsuite name="${escaped(`maas smoke ${stack}`)}" ${counts} skipped="${of("skipped")}" time="${seconds}">`,
        ...cases,
        "  </testsuite>",
        "</testsuites>",
        "",
    ].join("\n");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;" };

/** Text of XML; control characters, which XML has no form for, are replaced. */
function escaped(text: string): string {
    return text
        .replace(/\p{Cs}/gu, "\ufffd")
        .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd")
        .replace(/[&<>"\n]/g, (c) => entities[c]!);
}
