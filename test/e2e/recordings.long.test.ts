/** What was recorded with the real engine, recorded again. */
import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../rehearsal/apiserver/open";
import { CASES } from "../engine/cases";
import { runWithPulumi } from "../engine/real";
import { readRecording } from "../engine/recordings";
import { describeEngine, engine } from "./search";

jest.setTimeout(5 * 60_000);

describeEngine("the real engine still gives what was recorded", () => {
    let cluster: ApiServerCluster;
    beforeAll(async () => {
        cluster = await openApiServer();
    });
    afterAll(() => cluster?.close());

    it.each(CASES.map((of) => [of.name, of] as const))("%s", async (_name, of) => {
        expect(await runWithPulumi(of, engine.cli!, cluster)).toEqual(readRecording(of));
    });
});
