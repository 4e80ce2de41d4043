/** Which components of OpenShift AI run, and with which operators. */
import { aiComponents, chosenComponents, fieldOf, operatorsOf, releasesWith } from "../../../catalogue/openshiftai/aiComponents";
import {
    type ComponentChoice,
    componentsOn,
    monitoringOperators,
    operatorsFor,
} from "../../../catalogue/openshiftai/chosenComponents";

const none = Object.fromEntries(chosenComponents.map((name) => [name, false]));
const on = (more: Partial<ComponentChoice> = {}, components: object = none, rest: object = {}): string[] =>
    [
        ...componentsOn({
            release: "3.4",
            openshiftAi: { components, ...rest },
            modelsAsService: false,
            queue: undefined,
            autoscaled: false,
            ...more,
        }),
    ].sort();

describe("components", () => {
    it("are those that serve models, where nothing else is asked for", () => {
        expect(on()).toEqual(["kserve"]);
    });

    it("are those that are not switched off", () => {
        expect(on({}, { ...none, ray: true, nim: undefined, spark: {} })).toEqual(["kserve", "nim", "ray", "spark"]);
    });

    it("follow from other settings", () => {
        expect(on({ modelsAsService: true })).toEqual(["kserve", "modelsAsService"]);
        expect(on({ queue: "models" })).toEqual(["kserve", "kueue"]);
        expect(on({ autoscaled: true })).toEqual(["kserve", "variantAutoscaler"]);
        const unsaid = { ...none, mlflow: undefined, modelRegistry: undefined };
        expect(on({}, unsaid)).toEqual(["kserve"]);
        expect(on({}, unsaid, { mlflow: {} })).toEqual(["kserve", "mlflow"]);
        expect(on({}, unsaid, { modelRegistry: {} })).toEqual(["kserve", "modelRegistry"]);
        expect(on({}, none, { mlflow: {}, modelRegistry: {} })).toEqual(["kserve"]);
        expect(on({}, { ...none, mlflow: true })).toEqual(["kserve", "mlflow"]);
    });

    it("have the AI gateway's operator where a release has it and a part of it is wanted", () => {
        expect(on({ release: "3.5" })).toEqual(["kserve"]);
        expect(on({ release: "3.5", modelsAsService: true })).toEqual(["aiGateway", "kserve", "modelsAsService"]);
        expect(on({ release: "3.5" }, { ...none, batchGateway: true })).toEqual(["aiGateway", "batchGateway", "kserve"]);
        expect(on({}, { ...none, batchGateway: true })).toEqual(["batchGateway", "kserve"]);
    });

    it("have their switches where each release has them", () => {
        expect(["3.3", "3.4", "3.5"].map((release) => fieldOf(release as never, "modelsAsService"))).toEqual([
            "kserve.modelsAsService",
            "kserve.modelsAsService",
            "aigateway.modelsAsAService",
        ]);
        expect([fieldOf("3.3", "trainer"), fieldOf("3.3", "ray")]).toEqual([undefined, "ray"]);
        expect(releasesWith("trainer")).toEqual(["3.4", "3.5"]);
        expect(Object.keys(aiComponents)).toEqual(expect.arrayContaining([...chosenComponents]));
    });
});

describe("operators", () => {
    it("are those of the components, each once", () => {
        expect(operatorsOf(["kserve", "trainer", "kueue", "trainer"])).toEqual(["job-set", "kueue-operator"]);
    });

    it("of monitoring are those that it would skip without", () => {
        expect(monitoringOperators(undefined)).toEqual([]);
        expect(monitoringOperators({})).toEqual([]);
        expect(monitoringOperators({ traces: {} })).toEqual(["tempo-product", "opentelemetry-product"]);
        expect(monitoringOperators({ metrics: {} })).toEqual(["opentelemetry-product", "cluster-observability-operator"]);
    });

    it("are both", () => {
        expect(operatorsFor(new Set(["kserve", "kueue"]), { components: {}, monitoring: { traces: {} } })).toEqual([
            "kueue-operator",
            "tempo-product",
            "opentelemetry-product",
        ]);
        expect(operatorsFor(new Set(["kserve"]), { components: {} })).toEqual([]);
    });
});
