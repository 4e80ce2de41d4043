import { Progress } from "../../cli/progress";
import { Terminal } from "../../cli/terminal";

function told(env: Record<string, string>, isTTY: boolean, verbose: boolean): { text: () => string; progress: Progress } {
    let text = "";
    const terminal = new Terminal({ isTTY, columns: 90, write: (t) => (text += t) }, env);
    return { text: () => text, progress: new Progress(terminal, { clock: true, verbose }) };
}

const urn = (name: string): string => `urn:pulumi:s::p::t::${name}`;

function play(progress: Progress): void {
    progress.take({ kind: "phase", phase: "program", at: 0 });
    progress.take({ kind: "started", urn: urn("a"), type: "kubernetes:x/v1:Gateway", name: "a", at: 0 });
    progress.take({ kind: "started", urn: urn("b"), type: "kubernetes:core/v1:ConfigMap", name: "b", at: 0 });
    progress.take({ kind: "ready", urn: urn("b"), operation: "create", readyWhen: "accepted", at: 0 });
    progress.take({ kind: "waiting", urn: urn("a"), message: "Has no .status.conditions", at: 30 });
    progress.take({ kind: "ready", urn: urn("a"), operation: "create", readyWhen: "condition=Ready", at: 75 });
    progress.take({ kind: "started", urn: urn("c"), type: "kubernetes:x/v1:Route", name: "c", at: 75 });
    progress.take({ kind: "failed", urn: urn("c"), message: "refused", at: 80 });
    progress.take({ kind: "skipped", urn: urn("d"), message: "c failed", at: 80 });
}

test("without a terminal: a line for what took time and for what failed", () => {
    const { text, progress } = told({}, false, false);
    play(progress);
    progress.end();
    expect(text()).toBe("   1:15  Gateway a: create, took 1 min 15 s (condition=Ready)\n   1:20  Route c: refused\n");
});

test("verbose: a line for everything", () => {
    const { text, progress } = told({}, false, true);
    play(progress);
    progress.end();
    expect(text()).toContain("ConfigMap b: create, at once");
    expect(text()).toContain("d: skipped, c failed");
});

test("on a terminal: a block with the rehearsed time and what is waited for, gone at the end", () => {
    jest.useFakeTimers();
    try {
        const { text, progress } = told({ NO_COLOR: "1" }, true, false);
        progress.take({ kind: "phase", phase: "program", at: 0 });
        progress.take({ kind: "started", urn: urn("a"), type: "kubernetes:x/v1:Gateway", name: "a", at: 0 });
        progress.take({ kind: "waiting", urn: urn("a"), message: "Has no .status.conditions", at: 30 });
        jest.advanceTimersByTime(150);
        expect(text()).toContain(
            "0:30  running the program, 0 ready, waiting for 1\n  Gateway a  30 s  Has no .status.conditions\n",
        );
        progress.end();
        expect(text().endsWith("\u001b[2A\r\u001b[J")).toBe(true);
    } finally {
        jest.useRealTimers();
    }
});
