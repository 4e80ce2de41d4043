/** `protectData`: what holds data is protected in every layer, and nothing else. */
import { plan } from "../rehearsal/plan";
import { Project } from "./project";

const project = new Project();
afterAll(() => project.remove());

async function protectedOnes(change: (settings: any) => unknown): Promise<string[]> {
    const { resources } = await plan({ projectDir: project.folder, stack: project.change(change) });
    return resources
        .filter((r) => r.options.protect === true)
        .map((r) => r.name)
        .sort();
}

const data = (settings: any): void => {
    Object.assign(settings.openshiftAi ?? (settings.openshiftAi = {}), {
        mlflow: {},
        modelRegistry: { database: { image: "registry.example.com/postgresql:16" } },
    });
    settings.database = { image: "registry.example.com/postgresql:16", ...settings.database };
    settings.observability = { ...settings.observability, traces: {} };
};

it("protects nothing by default", async () => {
    expect(await protectedOnes(data)).toEqual([]);
});

it("protects databases, registries, traces and Vault's mount", async () => {
    const names = await protectedOnes((settings) => {
        data(settings);
        settings.protectData = true;
    });
    expect(names).toEqual(
        expect.arrayContaining([
            expect.stringMatching(/^database/),
            expect.stringMatching(/^model-registry/),
            expect.stringMatching(/^mlflow/),
            expect.stringMatching(/^observability.*(tempo|traces)/),
            expect.stringMatching(/^identity.*mount/),
        ]),
    );
    expect(names.filter((name) => /model-gpt|gateway|operator|pool|tier/.test(name))).toEqual([]);
});
