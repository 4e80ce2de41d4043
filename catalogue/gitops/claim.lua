-- A claim waits for its first pod, which is of a later wave; the check that Argo CD ships would wait for the claim.
if obj.status ~= nil and obj.status.phase == "Lost" then
  return { status = "Degraded", message = "the volume is lost" }
end
return { status = "Healthy", message = "" }
