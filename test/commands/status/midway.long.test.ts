/** `maas status` while a stack comes up: nothing is told as broken that is only on its way, and nothing at all once it is up. */
import { setTimeout as pause } from "node:timers/promises";

import { type Problem, statusOf } from "../../../cli/status/status";
import { Kube } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import { openSession } from "../../../simulator/rehearse";
import { Project } from "../../project";

jest.setTimeout(120_000);

it("midway, all that is not up may still be coming", async () => {
    const project = new Project();
    const stack = project.change();
    const planned = await plan({ projectDir: project.folder, stack });
    const session = await openSession({ projectDir: project.folder, stack });
    try {
        const kube = await Kube.connect(undefined, session.world.kubeconfig);
        let ended = false;
        const up = session.up().finally(() => (ended = true));
        const seen: Problem[] = [];
        let looks = 0;
        while (!ended) {
            const { problems } = await statusOf(kube, planned);
            // As long as nothing was created, the first object is missing.
            const begun = problems.filter(({ object }) => object !== "Namespace maas-platform");
            seen.push(...begun);
            looks += begun.length > 0 ? 1 : 0;
            await pause(50);
        }
        expect((await up).succeeded).toBe(true);
        expect(looks).toBeGreaterThan(3);
        expect(new Set(seen.map(({ id }) => id)).size).toBeGreaterThan(5);
        const broken = seen.filter(({ comingFor }) => comingFor === undefined);
        expect([...new Set(broken.map(({ id, object, says }) => `${id}: ${object}: ${says}`))]).toEqual([]);
        session.release();
        const { up: parts, all, problems } = await statusOf(kube, planned);
        expect([problems, parts]).toEqual([[], all]);
    } finally {
        await session.close();
        project.remove();
    }
});
