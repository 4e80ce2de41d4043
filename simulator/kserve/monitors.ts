import { duration } from "../durations";
import { K } from "../kind-names";
import type { Controller, Pass, World } from "../world";
import { metricsReader, monitors } from "./service-monitors";

const MONITORING = "monitoring.coreos.com/v1";
const POD_MONITOR = `${MONITORING}/PodMonitor`;
const SERVICE_MONITOR = `${MONITORING}/ServiceMonitor`;
/**
 * KServe's monitors of models: made with the first of a namespace, gone with the last. Source:
 * red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/monitoring.go.
 */
export class ModelMonitors implements Controller {
    readonly name = "model-monitors";
    readonly watches: Controller["watches"] = {
        [K.LLMInferenceService]: (service) => [service.metadata.namespace!],
        [POD_MONITOR]: () => [],
        [SERVICE_MONITOR]: () => [],
    };

    constructor(private readonly world: World) {}

    async reconcile(namespace: string, pass: Pass): Promise<void> {
        const models = this.world.inNamespace(K.LLMInferenceService, namespace).filter((m) => !m.metadata.deletionTimestamp);
        if (models.length > 0) {
            if (pass.waited("make", duration("kserve.reconcile"))) {
                await Promise.all(
                    [...monitors(namespace), ...metricsReader(namespace)].map((object) => this.world.ensure(object)),
                );
            }
            return;
        }
        for (const object of [...monitors(namespace), ...metricsReader(namespace)]) {
            const { apiVersion, kind, metadata } = object;
            const found = this.world.get(`${apiVersion}/${kind}`, metadata.namespace ?? "", metadata.name);
            if (found) {
                await this.world.delete(found);
            }
        }
    }
}
