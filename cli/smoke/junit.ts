/**
 * Results as JUnit XML, as CI systems read it. Each reads something else of it:
 * - Jenkins: the schema, jenkinsci/xunit-plugin@8c515de:src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd, which
 *   wants `errors` and refuses `file` and `skipped` where others take them;
 * - GitLab: the text of a failure or a skipped check, without the attributes as soon as there is text, and a check once by the names of
 *   suite, class and check, gitlabhq/gitlabhq@028d8ac:lib/gitlab/ci/parsers/test/junit.rb;
 * - action-junit-report: the message, and what follows the last dot of the class, which it also looks up as the name of a file (so it is
 *   not `smoke`), mikepenz/action-junit-report@305cd1f:src/testParser.ts;
 * - test-reporter: suites directly below the root, with a name and a time, dorny/test-reporter@29672c5:src/parsers/java-junit/java-junit-parser.ts.
 */
import { placeOf } from "./place";
import type { SmokeResult } from "./run";

/** @param stack names the suite */
export function junit(stack: string, results: readonly SmokeResult[]): string {
    const of = (verdict: SmokeResult["verdict"]): number => results.filter((result) => result.verdict === verdict).length;
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0).toFixed(3);
    const counts = `tests="${results.length}" failures="${of("fail")}" errors="0"`;
    const cases = results.map((result) => {
        const { check, title, tier, model, verdict, said, remedy, seconds: time } = result;
        // A dot separates packages: that of `qwen2.5` does not.
        const group = ["maas-smoke", tier, model].flatMap((part) => part?.replaceAll(".", "_") ?? []).join(".");
        const head = `    <testcase classname="${escaped(group)}" name="${escaped(`${check}: ${title}`)}" time="${time.toFixed(3)}"`;
        if (verdict === "pass") {
            return `${head}/>`;
        }
        const place = placeOf(result);
        const message = place === "" ? said : `${place}: ${said}`;
        const [element, text] = verdict === "skipped" ? ["skipped", message] : ["failure", `${message}\nRemedy: ${remedy}`];
        return `${head}><${element} message="${escaped(message)}">${escaped(text)}</${element}></testcase>`;
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
