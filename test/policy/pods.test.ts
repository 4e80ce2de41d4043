import { containers, podSpecs, variables } from "../../policy/pods";
import { subjectOf } from "../../policy/subject";
import { deployment, k, UNKNOWN } from "./cases/case";
import { resourcesOf, type Subject } from "./judge";

const read = (subject: Subject): ReturnType<typeof subjectOf> => subjectOf(resourcesOf([subject])[0]!);

it.each<[string, object, string[]]>([
    ["core/v1:Pod", { containers: [] }, ["spec"]],
    ["batch/v1:CronJob", { jobTemplate: { spec: { template: { spec: {} } } } }, ["spec.jobTemplate.spec.template.spec"]],
    [
        "serving.kserve.io/v1alpha2:LLMInferenceService",
        { template: {}, worker: {}, prefill: { template: {}, worker: {} } },
        ["spec.template", "spec.worker", "spec.prefill.template", "spec.prefill.worker"],
    ],
    ["serving.kserve.io/v1beta1:InferenceService", { predictor: { workerSpec: null } }, ["spec.predictor"]],
    ["core/v1:Service", { containers: [] }, []],
])("finds the pods of a %s", (type, spec, paths) => {
    expect(podSpecs(read(k(type, "o", { spec }))).map(({ path }) => path)).toEqual(paths);
});

it("finds every container, and what is known of it", () => {
    const pod = k("core/v1:Pod", "pod", { spec: { initContainers: [{ image: "a" }], containers: [UNKNOWN, { image: "b" }] } });
    expect(containers(read(pod))).toEqual([
        { path: "spec.initContainers[0]", value: { image: "a" } },
        { path: "spec.containers[0]", value: {} },
        { path: "spec.containers[1]", value: { image: "b" } },
    ]);
    expect(containers(read(k("core/v1:Pod", "pod", { spec: { containers: [{}] } })))).toHaveLength(1);
});

it("finds every variable, wherever its value is from", () => {
    const path = "spec.template.spec.containers[0].env";
    const env = [{ name: "A", value: "b" }, { name: "C", valueFrom: {} }, UNKNOWN];
    expect(variables(read(deployment({ name: "c", env })))).toEqual([
        { path: `${path}[0]`, name: "A", value: "b" },
        { path: `${path}[1]`, name: "C", value: undefined },
        { path: `${path}[2]`, name: undefined, value: undefined },
    ]);
    expect(variables(read(deployment({ name: "c" })))).toEqual([]);
});
