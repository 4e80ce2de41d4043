import { tellWaits } from "../../cli/http/tellWaits";
import type { Terminal } from "../../cli/terminal";

test("requests that fail alike at once are told of once", () => {
    const lines: string[] = [];
    const tell = tellWaits({ line: (text: string) => void lines.push(text) } as unknown as Terminal);
    tell(0.2, "a cannot be reached");
    tell(0.4, "a cannot be reached");
    tell(2, "a cannot be reached");
    tell(2, "b answers 503");
    expect(lines).toEqual([
        "a cannot be reached: trying again in 1 s",
        "a cannot be reached: trying again in 2 s",
        "b answers 503: trying again in 2 s",
    ]);
});
