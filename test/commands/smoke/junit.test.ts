/** JUnit of `maas smoke`, as CI systems read it, and the failures of a platform that creates no keys. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { junit } from "../../../cli/smoke/junit";
import type { SmokeResult } from "../../../cli/smoke/run";
import { inProcess } from "../helper";
import { smokes } from "./support";

jest.setTimeout(60_000);

const on = smokes();

it.each([
    [{ api: 500 as const }, /fail +free +api-key +POST .* answers 500: the MaaS API failed/],
    [{ api: 404 as const }, /fail +free +api-key +POST .* answers 404: there is nothing here/],
])("tells of an API that creates no key as of any other failure, in the files too: %j", async (broken, said) => {
    on.plane.broken = broken;
    const file = path.join(on.folder, "smoke.xml");
    const { code, out } = await inProcess("smoke", "code-assistant", "--url", on.plane.url, "--junit", file);
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(said) as string });
    expect(out).toMatch(/pass +no-key/);
    expect(readFileSync(file, "utf8")).toContain('name="api-key: a key of the tier is created"');
});

it("fails a tier whose subscription is not active, and checks the others", async () => {
    process.env["MAAS_TOKEN"] = "token-everywhere";
    on.plane.maas.unready = (subscription) => (subscription === "premium" ? "Failed" : undefined);
    const { code, out } = await inProcess("smoke", "code-assistant", "--url", on.plane.url);
    expect(code).toBe(1);
    expect(out).toMatch(/fail +premium +api-key +.*subscription is in Failed phase/s);
    expect(out).toMatch(/pass +enterprise +api-key/);
    expect(out).not.toContain("Not checked");
    expect(on.plane.maas.keys.map(({ status }) => status)).toEqual(["revoked", "revoked"]);
});

it("says of a token that is not accepted that it is the token", async () => {
    process.env["MAAS_TOKEN"] = "expired";
    const { code, err } = await inProcess("smoke", "code-assistant", "--url", on.plane.url);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("log in again (oc login)") as string });
});

/** What CI systems read of a file, by the sources that cli/smoke/junit.ts names. */
function read(xml: string): { suite: string; cases: Record<"name" | "place" | "state" | "message" | "text", string>[] } {
    const text = (raw = ""): string =>
        raw.replace(
            /&(amp|lt|gt|quot|#10);/g,
            (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#10": "\n" })[name]!,
        );
    const suite = /<testsuites [^>]*time="[\d.]+">\s*<testsuite name="([^"]+)" [^>]*time="[\d.]+">/.exec(xml)![1]!;
    const cases = xml.matchAll(
        /<testcase classname="([^"]*)" name="([^"]*)" time="[\d.]+"(?:\/>|><(failure|skipped) message="([^"]*)">([^<]*)<\/\3><\/testcase>)/g,
    );
    return {
        suite,
        cases: [...cases].map(([, place, name, state = "passed", message, content]) => ({
            name: text(name),
            place: text(place),
            state,
            message: text(message),
            text: text(content),
        })),
    };
}

it("each CI system reads in JUnit where, what was seen and what to do, and each check once", async () => {
    on.settings.models[0]!.name = "gpt-2.5";
    on.settings.tiers.forEach((tier) => (tier.models = tier.models.map((one) => (one === "gpt-oss-20b" ? "gpt-2.5" : one))));
    on.settings.tiers[0]!.requests = [{ limit: 2000, window: "1m" }];
    on.plane.broken = { usage: true };
    const results = await on.checked(["free", "premium"], true);
    const { cases } = read(junit("code-assistant", results));
    expect(cases).toHaveLength(results.length);
    // GitLab keeps one check of each pair of class and name.
    expect(new Set(cases.map(({ name, place }) => `${place} ${name}`)).size).toBe(results.length);
    // action-junit-report shows what follows the last dot; Jenkins takes what is before it for packages.
    expect(new Set(cases.map(({ place }) => place.split(".").at(-1)))).toEqual(
        new Set(["maas-smoke", "free", "premium", "gpt-2_5", "nemotron-3-nano-30b-a3b"]),
    );
    const [failed] = cases.filter(({ state }) => state === "failure");
    // GitLab shows the text alone, action-junit-report and test-reporter the message.
    expect(failed!.message).toMatch(/^free, gpt-2\.5: no chunk of the stream has usage/);
    expect(failed!.text).toBe(`${failed!.message}\nRemedy: ${results.find(({ verdict }) => verdict === "fail")!.remedy}`);
    const [skipped] = cases.filter(({ state }) => state === "skipped");
    expect(skipped!.text).toBe("free, gpt-2.5: a limit of 2000 would take too many requests");
});

it("JUnit is XML, whatever was seen", () => {
    const result = (verdict: SmokeResult["verdict"], said: string): SmokeResult => ({
        check: "chat",
        title: 'a "title"',
        tier: "free",
        verdict,
        said,
        remedy: "see <this> & that",
        seconds: 0.5,
    });
    expect(junit("dev", [result("pass", ""), result("fail", 'a <b> & "c"\u0000\ud800\uffff'), result("skipped", "why")])).toBe(
        `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="0" time="1.500">
  <testsuite name="maas smoke dev" tests="3" failures="1" errors="0" skipped="1" time="1.500">
    <testcase classname="maas-smoke.free" name="chat: a &quot;title&quot;" time="0.500"/>
    <testcase classname="maas-smoke.free" name="chat: a &quot;title&quot;" time="0.500"><failure message="free: a &lt;b&gt; &amp; &quot;c&quot;\ufffd\ufffd\ufffd">free: a &lt;b&gt; &amp; &quot;c&quot;\ufffd\ufffd\ufffd&#10;Remedy: see &lt;this&gt; &amp; that</failure></testcase>
    <testcase classname="maas-smoke.free" name="chat: a &quot;title&quot;" time="0.500"><skipped message="free: why">free: why</skipped></testcase>
  </testsuite>
</testsuites>
`,
    );
});
