/** The collector of a stack. */
import { program } from "../../../index";
import { deploy } from "../../deployment";
import { shipped } from "../../settings";

/**
 * The configuration is valid, and its statements add what they should, in a collector 0.135.0 of the parts of Red Hat's build. It got spans
 * `llm_request` of both releases, of service `qwen3-8b` and of `inference-server-decode` with `llmisvc.name` qwen3-8b, with 12 and 34
 * tokens and `gen_ai.request.n` 1: both came out with `gen_ai.provider.name` vllm, `gen_ai.request.model` qwen3-8b,
 * `gen_ai.usage.input_tokens` 12, `gen_ai.usage.output_tokens` 34 and `gen_ai.request.choice.count` 1, and all that they had. A span of
 * another name stayed as it was. Source: docs/sources/observability.md#conventions-for-spans.
 */
const STATEMENTS = [
    'set(span.attributes["gen_ai.provider.name"], "vllm") where span.name == "llm_request"',
    'set(span.attributes["gen_ai.request.model"], resource.attributes["llmisvc.name"]) where span.name == "llm_request" and resource.attributes["llmisvc.name"] != nil and span.attributes["gen_ai.request.model"] == nil',
    'set(span.attributes["gen_ai.request.model"], resource.attributes["service.name"]) where span.name == "llm_request" and resource.attributes["service.name"] != nil and span.attributes["gen_ai.request.model"] == nil',
    'set(span.attributes["gen_ai.usage.input_tokens"], span.attributes["gen_ai.usage.prompt_tokens"]) where span.name == "llm_request" and span.attributes["gen_ai.usage.prompt_tokens"] != nil and span.attributes["gen_ai.usage.input_tokens"] == nil',
    'set(span.attributes["gen_ai.usage.output_tokens"], span.attributes["gen_ai.usage.completion_tokens"]) where span.name == "llm_request" and span.attributes["gen_ai.usage.completion_tokens"] != nil and span.attributes["gen_ai.usage.output_tokens"] == nil',
    'set(span.attributes["gen_ai.request.choice.count"], span.attributes["gen_ai.request.n"]) where span.name == "llm_request" and span.attributes["gen_ai.request.n"] != nil and span.attributes["gen_ai.request.choice.count"] == nil',
];

it("samples, adds the names of conventions to what is left, and sends it to Tempo", async () => {
    const settings = JSON.stringify(shipped("llm-d", (s) => (s.observability.traces = { samplePercent: 5 })));
    const deployment = await deploy(program, { stack: "llm-d", preview: true, config: { "maas:settings": settings } });
    const [collector] = deployment.registrations.filter(({ type }) => type.endsWith(":OpenTelemetryCollector"));
    const { receivers, processors, exporters, service } = collector!.inputs["spec"].config;
    expect(processors).toMatchObject({
        probabilistic_sampler: { sampling_percentage: 5 },
        transform: { error_mode: "ignore", trace_statements: STATEMENTS },
    });
    const { traces } = service.pipelines;
    expect(traces.processors).toEqual(["memory_limiter", "probabilistic_sampler", "transform", "batch"]);
    expect([Object.keys(receivers), Object.keys(processors).sort(), Object.keys(exporters)]).toEqual([
        traces.receivers,
        [...traces.processors].sort(),
        traces.exporters,
    ]);
});
