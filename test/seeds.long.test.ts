/**
 * What chance decides in a real cluster, such as which of several objects a controller looks at again, must not decide whether a stack
 * comes up. MAAS_SEEDS says how many seeds are rehearsed (100 take five minutes). Default 20.
 */
import { changes, errors, rehearsed } from "./rehearsed";

const SEEDS = Number(process.env["MAAS_SEEDS"] ?? 20);

jest.setTimeout(SEEDS * 30_000);

const stage = rehearsed({ policies: false });

/** Three tiers of one model, whose policies their controller makes together: the objects that race. @param limit of one of them */
function tiers(limit: number): (settings: any) => void {
    return (s) => {
        s.models = s.models.slice(0, 1);
        s.identity = { users: [] };
        delete s.workspaces;
        delete s.observability;
        for (const tier of s.tiers) {
            tier.models = [s.models[0].name];
        }
        s.tiers[0].requests.limit = limit;
        s.tiers[1].tokens[0].limit = 10_000 + limit;
    };
}

it(`a rehearsal of ${SEEDS} seeds comes up each time: creation, change, deletion and re-creation`, async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
        const session = await stage.open(tiers(5), [], seed);
        const created = await session.up();
        stage.project.change(tiers(6));
        const changed = await session.up();
        const deleted = await session.destroy();
        const again = await session.up();
        const runs = [created, changed, deleted, again];
        expect([seed, runs.flatMap(errors), runs.map(({ succeeded }) => succeeded)]).toEqual([
            seed,
            [],
            [true, true, true, true],
        ]);
        expect(changes(changed).length).toBeGreaterThan(0);
        for (const kind of ["MaaSAuthPolicy", "MaaSSubscription"]) {
            const objects = await session.world.cluster.list("maas.opendatahub.io/v1alpha1", kind);
            expect([kind, objects.map(({ status }) => status?.phase)]).toEqual([kind, ["Active", "Active", "Active"]]);
        }
        await session.close();
    }
});
