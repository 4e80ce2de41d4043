/** Models and workshops of LiteMaaS: what the settings accept, and what they refuse. */
import { routerFallbacks, workshopOf } from "../../components/litemaas/sync/desired";
import { litemaasModelsProblems, workshopsProblems } from "../../stacks/checks/workshops";
import { litemaasModelSchema } from "../../stacks/schema/litemaasModels";
import { workshopSchema } from "../../stacks/schema/workshops";

const model = { name: "granite", endpoints: [{ predictive: "granite" }] };
const workshop = { name: "rag", participants: ["ann", "bob"], models: ["granite"], end: "2099-12-31T18:00:00+02:00" };
const served = { predictive: ["granite"], models: ["qwen3-8b"] };

const modelProblems = (...models: object[]): string[] =>
    litemaasModelsProblems("litemaas.models", models, served).map(({ path, message }) => `${path}: ${message}`);
const workshopProblems = (...workshops: object[]): string[] =>
    workshopsProblems("litemaas.workshops", workshops, ["granite", "nomic"]).map(({ path, message }) => `${path}: ${message}`);

it("accepts models of the stack, of another cluster and of a provider", () => {
    const endpoints = [
        { predictive: "granite", weight: 2 },
        { model: "qwen3-8b" },
        { url: "https://granite.apps.gaudi.example.com/v1", keyVariable: "GAUDI_KEY" },
        { provider: "vertex_ai", servedName: "openai/gpt-oss-20b-maas", params: { vertex_credentials: "/etc/vertex/key.json" } },
    ];
    expect(litemaasModelSchema.safeParse({ ...model, endpoints }).success).toBe(true);
    expect(modelProblems({ ...model, endpoints })).toEqual([]);
});

it.each([
    [{ endpoints: [] }, /expected/i],
    [{ endpoints: [{}] }, /expected one of predictive, model and url/],
    [{ endpoints: [{ predictive: "a", url: "https://b/v1" }] }, /got predictive and url/],
    [{ endpoints: [{ url: "https://user:secret@b/v1" }] }, /without credentials/],
    [{ endpoints: [{ url: "https://b/v1", params: { api_key: "x" } }] }, /own field/],
    [{ endpoints: [{ url: "https://b/v1", params: { aws_secret_access_key: "x" } }] }, /expected no secret/],
])("refuses the model %j", (change, message) => {
    const { error } = litemaasModelSchema.safeParse({ ...model, ...change });
    expect(JSON.stringify(error?.issues)).toMatch(message);
});

it("finds names that do not exist, with the nearest, and endpoints that are the same", () => {
    expect(
        modelProblems(
            { ...model, endpoints: [{ predictive: "granit" }, { model: "qwen3" }], fallbacks: ["granite", "gone"] },
            { ...model, endpoints: [{ predictive: "granite" }, { predictive: "granite" }] },
        ),
    ).toEqual([
        'litemaas.models[1].name: "granite" is already at litemaas.models[0].name; expected another',
        'litemaas.models[0].endpoints[0].predictive: "granit" is not a service of predictive; expected one of granite; did you mean "granite"?',
        'litemaas.models[0].endpoints[1].model: "qwen3" is not a model of the stack; expected one of qwen3-8b; did you mean "qwen3-8b"?',
        'litemaas.models[0].fallbacks[0]: "granite" cannot fall back to itself',
        'litemaas.models[0].fallbacks[1]: "gone" is not a model of litemaas.models; expected one of granite',
        "litemaas.models[1].endpoints[1]: is the same endpoint as litemaas.models[1].endpoints[0]; expected one of them, with a weight",
    ]);
});

it("gives the router the fallbacks of the models that have some", () => {
    const models = [model, { ...model, name: "nomic", fallbacks: ["granite"] }].map((one) => litemaasModelSchema.parse(one));
    expect(routerFallbacks(models)).toEqual([{ nomic: ["granite"] }]);
});

it.each([
    [{}, []],
    [{ end: undefined, duration: "5d" }, []],
    [{ end: undefined }, ["litemaas.workshops[0]: expected either end or duration"]],
    [{ duration: "5d" }, ["litemaas.workshops[0]: expected either end or duration, got both"]],
    [
        { participants: ["ann", "ann"] },
        ['litemaas.workshops[0].participants[1]: "ann" is already at litemaas.workshops[0].participants[0]; expected another'],
    ],
    [
        { models: ["granit"] },
        [
            'litemaas.workshops[0].models[0]: "granit" is not a model of litemaas.models; expected one of granite, nomic; did you mean "granite"?',
        ],
    ],
    [{ budgetPeriod: "1d" }, ["litemaas.workshops[0].budgetPeriod: renews no budget; expected budget with it"]],
    [{ budget: 5, totalBudget: 3 }, ["litemaas.workshops[0].budget: 5 USD for each is more than 3 USD for all (totalBudget)"]],
])("the workshop with %j: %j", (change, expected) => {
    expect(workshopProblems({ ...workshop, ...change })).toEqual(expected);
});

it.each([
    { participants: 0 },
    { participants: 2001 },
    { participants: ["a,b"] },
    { end: "2026-12-31" },
    { end: "2026-13-31T18:00:00Z" },
])("refuses a workshop with %j", (change) => {
    expect(workshopSchema.safeParse({ ...workshop, ...change }).success).toBe(false);
});

it("a workshop ends at the moment that is written, or lasts as long", () => {
    expect(workshopOf(workshopSchema.parse({ ...workshop, participants: 2 }))).toEqual({
        name: "rag",
        participants: ["user1", "user2"],
        models: ["granite"],
        end: "2099-12-31T16:00:00.000Z",
    });
    expect(workshopOf(workshopSchema.parse({ ...workshop, end: undefined, duration: "90m", budget: 5 }))).toMatchObject({
        maxBudget: 5,
        durationSeconds: 5400,
    });
});
