-- Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
-- Sends DEPTH requests at a time, and prints what came of them as JSON.

local depth = tonumber(os.getenv("DEPTH"))

if depth > 1 then
    local requests
    function init()
        requests = string.rep(wrk.format(), depth)
    end
    function request()
        return requests
    end
end

function done(summary)
    local errors = summary.errors
    io.write(string.format('{"requests": %d, "seconds": %f, "errors": %d}\n',
        summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
