/** The part of the models in the move from 3.4 to 3.5. */
import { servedOf } from "../../catalogue/models/canary";
import { modelsOf } from "../../catalogue/tiers";
import type { Settings } from "../schema";
import type { Moving, Subject } from "./move";

type Part = Partial<Subject>;

export const modelSubjects: readonly ((moving: Moving) => Part)[] = [namesOfModels, whoAnswers, refusedModels, externalModels];

/** The address at which the models of tiers are asked. */
function url({ cluster: { domain } }: Settings): string {
    return `https://maas.${domain ?? "<domain>"}`;
}

const governed = ({ models, tiers }: Settings): string[] =>
    models.flatMap(servedOf).flatMap(({ name }) => (tiers.some((tier) => modelsOf(tier).includes(name)) ? [name] : []));

/** Source: docs/sources/llm-d.md#presets-of-35. */
function namesOfModels({ settings }: Moving): Part {
    const { modelsNamespace: namespace, models } = settings;
    const names = models.flatMap(servedOf).map(({ name }) => name);
    return names.length === 0
        ? {}
        : {
              changes: [
                  `Addresses with paths (${url(settings)}/${namespace}/<name>/v1) go on working. Models are also known as publishers/${namespace}/models/<name>: as a path at once, and as the model that the body of a call to /v1/chat/completions names once their presets are those of 3.5. A short name there is answered with 404: tell your users the whole one.`,
                  "Models from before the move stay with the presets of 3.4: their vLLM, their scheduler, and names in paths alone. Nothing restarts by itself.",
              ],
              after: [
                  `Let the models follow 3.5, one after the other, when a restart suits: for m in ${names.join(" ")}; do oc patch llminferenceservice $m -n ${namespace} --subresource=status --type=merge -p '{"status":{"annotations":null}}'; oc wait llminferenceservice $m -n ${namespace} --for=condition=Ready --timeout=30m; done. New pods start beside the old ones and need as many free GPUs; where there are none, delete the old pod: the model is away until the new one has loaded.`,
              ],
          };
}

/** Source: docs/sources/gateways.md#several-pickers-on-one-gateway. */
function whoAnswers({ settings }: Moving): Part {
    const { modelsNamespace: namespace } = settings;
    const names = governed(settings);
    return names.length < 2
        ? {}
        : {
              changes: [
                  "The rules of all models' routes have the same names in 3.5. Istio of OpenShift may then ask the scheduler of one model for all of them, so that calls reach the wrong model. Nothing in a stack prevents it; a tenant with a gateway of its own keeps its models apart.",
              ],
              after: [
                  `Ask each model, and see that it answers itself (200, and its own name): for m in ${names.join(" ")}; do curl -s ${url(settings)}/${namespace}/$m/v1/chat/completions -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d "{\\"model\\":\\"$m\\",\\"max_tokens\\":1,\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"hi\\"}]}" | jq -r .model,.error; done. An answer in another name, or "does not exist", comes from another model. Look also at which scheduler was asked: oc logs -n ${namespace} deploy/<name>-kserve-router-scheduler --since=1m.`,
              ],
          };
}

/** Source: docs/sources/gateways.md#chained-filters. */
function refusedModels({ settings }: Moving): Part {
    const { tiers, modelsNamespace: namespace } = settings;
    const names = governed(settings);
    const closed = tiers.flatMap((tier) => {
        const other = names.find((model) => !modelsOf(tier).includes(model));
        return other === undefined ? [] : [{ tier: tier.name, model: other }];
    })[0];
    return tiers.length === 0
        ? {}
        : {
              changes: [
                  "A risk of 3.5 without a remedy: Envoy before 1.37.1 damages bodies that pass two of the filters by which 3.5 reads them, and what a key may call may then not be enforced for calls that name their model in the body.",
              ],
              after:
                  closed === undefined
                      ? []
                      : [
                            `See that a model outside of a tier is refused, with a key of ${closed.tier}: curl -s -o /dev/null -w '%{http_code}' ${url(settings)}/v1/chat/completions -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{"model":"publishers/${namespace}/models/${closed.model}","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}' must print 403.`,
                        ],
          };
}

/** Source: docs/sources/maas.md#external-models. */
function externalModels({ settings: { externalModels: external, modelsNamespace } }: Moving): Part {
    return external.length === 0
        ? {}
        : {
              changes: [
                  `Models of providers elsewhere (${external.map(({ name }) => name).join(", ")}) become ExternalProviders and an ExternalModel of another group. The former object of each goes first, since both at once give it two routes: the model is away for some seconds.`,
              ],
              after: [
                  `See that no ExternalModel of 3.4 is left: oc get externalmodels.maas.opendatahub.io -n ${modelsNamespace}.`,
              ],
          };
}
