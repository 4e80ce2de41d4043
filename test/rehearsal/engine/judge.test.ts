import { VirtualClock } from "../../../rehearsal/clock";
import type { Analyzer } from "../../../rehearsal/engine/analyzer";
import type { Entry } from "../../../rehearsal/engine/entry";
import { Journal } from "../../../rehearsal/engine/journal";
import { Judge } from "../../../rehearsal/engine/judge";

const entry = { goal: { urn: "urn:pulumi:s::p::t:m:T::a", options: {}, timeouts: {} } } as unknown as Entry;

it("a preview answers the program before it writes to the pack, and waits for what the pack says", async () => {
    const order: string[] = [];
    const analyzer = {
        remediates: false,
        analyze: () => {
            order.push("asked");
            return Promise.resolve([{ rule: "r", level: "mandatory", message: "m" }]);
        },
    } as unknown as Analyzer;
    const judge = new Judge({
        analyzer: Promise.resolve(analyzer),
        journal: new Journal(new VirtualClock()),
        dryRun: true,
        providerOf: () => undefined,
        onMandatory: () => order.push("refused"),
    });
    expect(await judge.judge(entry, { a: 1 })).toEqual({ a: 1 });
    order.push("answered");
    await judge.settled();
    expect(order).toEqual(["answered", "asked", "refused"]);
});
