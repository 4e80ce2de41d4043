/** Traces of models, as each release is told of them. */
import { planModel } from "../../../catalogue/models/modelPlan";
import { type Traced, traced } from "../../../components/serving/tracing";
import { modelSchema } from "../../../stacks/schema/models";

const ENDPOINT = "http://collector.observability.svc:4317";
const model = (more: object = {}): any => modelSchema.parse({ name: "chat", model: "gpt-oss-20b", pool: "l40s", ...more });
const on = (release: "3.3" | "3.4" | "3.5", settings = model(), endpoint?: { readonly url: string | undefined }): Traced =>
    traced(release, settings, planModel(settings), endpoint === undefined ? ENDPOINT : endpoint.url);

it("3.4 has them as an argument of vLLM and in the environment of the scheduler", () => {
    const { plan, spec, scheduler } = on("3.4", model({ prefill: { replicas: 1 } }));
    expect(plan.args).toContain(`--otlp-traces-endpoint=${ENDPOINT}`);
    expect(plan.prefillArgs).toContain(`--otlp-traces-endpoint=${ENDPOINT}`);
    expect(plan.env).toMatchObject({ OTEL_SERVICE_NAME: "chat" });
    expect(spec).toEqual({});
    expect(scheduler.template!.containers).toEqual([
        {
            name: "main",
            env: [
                { name: "OTEL_SERVICE_NAME", value: "chat-scheduler" },
                { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: ENDPOINT },
                { name: "OTEL_TRACES_SAMPLER", value: "parentbased_traceidratio" },
                { name: "OTEL_TRACES_SAMPLER_ARG", value: "1" },
            ],
        },
    ]);
});

it("3.5 has a field, from which its controller tells both", () => {
    const settings = model();
    expect(on("3.5", settings)).toEqual({
        plan: planModel(settings),
        spec: { tracing: { exporterEndpoint: ENDPOINT, sampler: "parentbased_traceidratio", samplerArg: "1" } },
        scheduler: {},
    });
});

it("what the settings say of it stays", () => {
    const args = ["--otlp_traces_endpoint http://elsewhere:4317"];
    const { plan } = on("3.4", model({ args, env: { OTEL_SERVICE_NAME: "mine" } }));
    expect(plan.args.filter((arg) => arg.includes("otlp"))).toEqual(args);
    expect(plan.env["OTEL_SERVICE_NAME"]).toBe("mine");
});

it.each([
    ["no collector", on("3.4", model(), { url: undefined })],
    ["release 3.3", on("3.3")],
    ["an image whose vLLM may have no OpenTelemetry", on("3.4", model({ image: "quay.io/acme/vllm@sha256:" + "0".repeat(64) }))],
])("with %s there is nothing of it", (_, { plan, spec, scheduler }) => {
    expect([plan.args.filter((arg) => arg.includes("otlp")), spec, scheduler]).toEqual([[], {}, {}]);
});
