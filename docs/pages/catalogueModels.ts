import { catalogueModels, type ModelEntry } from "../../catalogue/models/modelCatalogue";
import catalogue from "../../catalogue/models/models.json";
import { heading, table } from "./table";

/** The models that a stack may name, as a page. */
export function catalogueModelsPage(): string {
    const rows = catalogueModels().flatMap((model) =>
        model.variants.map((variant, i) => [
            i === 0 ? [`\`${model.name}\``, ...model.aliases.map((alias) => `(\`${alias}\`)`)].join(" ") : "",
            `\`${variant.quantization}\``,
            i === 0 ? billions(model.parameters) : "",
            variant.weightsGiB === null ? "unknown" : variant.weightsGiB.toFixed(1),
            variant.minComputeCapability.toFixed(1),
            i === 0 ? contexts(model) : "",
            i === 0 ? uses(model) : "",
            variant.gated === null ? "unknown" : variant.gated ? "yes" : "no",
            i === 0 ? (model.license ?? "unknown") : "",
            variant.sources.map((source) => `\`${source}\``).join(" "),
        ]),
    );
    return `${heading("Models of the catalogue", "catalogue/models/models.json")}
\`models[].model\` names one of these models; \`quantization\` selects a row, the first one by default. Any other model is named by its
\`source\` ([settings](settings/models.md)). Figures of ${catalogue.date}.

- Weights: size of the files in GiB. \`maas plan\` adds KV cache and overhead, and compares the sum with the pool's GPU.
- Capability: the least CUDA compute capability on which vLLM runs the files ([instance types](instance-types.md)).
- Context: tokens of a request by default, and at most.
- Token: whether Hugging Face asks for a token (\`tokenSecret\`) when \`source\` is \`hf://\`.

${table(["Model", "Quantization", "Parameters", "Weights", "Capability", "Context", "Parsers", "Token", "Licence", "Sources, the default first"], rows)}
`;
}

function billions(parameters: number): string {
    return parameters >= 1e9 ? `${Number((parameters / 1e9).toPrecision(3))} B` : `${Math.round(parameters / 1e6)} M`;
}

function contexts({ context, maxContext }: ModelEntry): string {
    return context === maxContext ? String(context) : `${context}, ${maxContext}`;
}

/** The uses of the model besides chat. */
function uses({ kind, toolParser, reasoningParser }: ModelEntry): string {
    return kind === "embed"
        ? "embeddings"
        : [toolParser && `tools: \`${toolParser}\``, reasoningParser && `reasoning: \`${reasoningParser}\``]
              .filter(Boolean)
              .join(", ");
}
