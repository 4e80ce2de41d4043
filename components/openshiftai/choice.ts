/** As much of the settings as the components of OpenShift AI follow from. */
import { servedOf } from "../../catalogue/models/canary";
import { isScaled } from "../../catalogue/models/scaling";
import type { ComponentChoice } from "../../catalogue/openshiftai/chosenComponents";
import type { Settings } from "../../stacks/schema";

/** What a stack chooses of OpenShift AI. */
export function componentChoice({ release, openshiftAi, tiers, kueue, models }: Settings): ComponentChoice {
    const autoscaled = models.flatMap(servedOf).some(isScaled);
    return { release, openshiftAi, modelsAsService: tiers.length > 0, queue: kueue?.queue, autoscaled };
}
