/** As much of the settings as the components of OpenShift AI follow from. */
import { servedOf } from "../../catalogue/models/canary";
import { isScaled } from "../../catalogue/models/scaling";
import type { ComponentChoice } from "../../catalogue/openshiftai/chosenComponents";
import type { Settings } from "../../stacks/schema";

/** Choices of a stack about OpenShift AI. */
export function componentChoice({ release, openshiftAi, tiers, kueue, models }: Settings): ComponentChoice {
    const autoscaled = models.flatMap(servedOf).some(isScaled);
    return { release, openshiftAi, modelsAsService: tiers.length > 0, queue: kueue?.queue, autoscaled };
}
