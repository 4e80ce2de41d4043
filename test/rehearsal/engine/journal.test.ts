import { VirtualClock } from "../../../rehearsal/clock";
import type { ProgressEvent } from "../../../rehearsal/engine/events";
import { Journal } from "../../../rehearsal/engine/journal";
import { secret, UNKNOWN } from "../../../rehearsal/values";

describe("the journal", () => {
    it("shows no secret, wherever it turns up, and spares words that only contain one", () => {
        const events: ProgressEvent[] = [];
        const journal = new Journal(new VirtualClock(), (e) => events.push(e), { "/tmp/abc/kubeconfig": "$KUBECONFIG" });
        journal.keepSecret({ password: secret("s3cret-phrase"), user: secret({ name: "postgres", db: "maas" }) });
        journal.say(
            "error",
            "login of postgres to maas with s3cret-phrase,s3cret-phrase! failed; postgresql said no to /tmp/abc/kubeconfig",
        );
        journal.find({ rule: "r", level: "mandatory", message: "s3cret-phrase" });
        journal.reject({ urn: "u", object: "o", reason: "Invalid", message: "no s3cret-phrase" });
        journal.emit({ kind: "waiting", urn: "u", message: "with s3cret-phrase" });

        expect(journal.diagnostics[0]!.message).toBe(
            "login of [secret] to maas with [secret],[secret]! failed; postgresql said no to $KUBECONFIG",
        );
        expect(JSON.stringify([journal.diagnostics, journal.findings, journal.rejections, events])).not.toContain(
            "s3cret-phrase",
        );
    });

    it("shows values with placeholders for what differs from run to run", () => {
        const journal = new Journal(new VirtualClock(), undefined, { "/tmp/x": "$X" });
        expect(journal.show({ a: ["/tmp/x", "/tmp/xy", UNKNOWN], b: secret("/tmp/x") })).toEqual({
            a: ["$X", "/tmp/xy", "[unknown]"],
            b: "[secret]",
        });
    });

    it("says everything once, the gravest first, and tells the time since it began", () => {
        const clock = new VirtualClock();
        const journal = new Journal(clock);
        journal.say("info", "b", "urn:b");
        journal.say("warning", "w");
        journal.say("error", "\u001b[31mred\u001b[39m", "urn:a");
        journal.say("info", "b", "urn:b");
        journal.say("info", "a");
        expect(journal.diagnostics).toEqual([
            { severity: "error", message: "red", urn: "urn:a" },
            { severity: "warning", message: "w" },
            { severity: "info", message: "a" },
            { severity: "info", message: "b", urn: "urn:b" },
        ]);
        expect(journal.failed).toBe(true);
        expect(journal.now()).toBe(0);
    });
});
