namespace Serverless.IntegrationTests.Security;

/// <summary>
/// A body that each function takes, to be made hostile member by member. A function without one is sent the general table only.
/// </summary>
internal static class ValidBodies
{
    private static readonly Dictionary<string, string> ByFunction = new(StringComparer.Ordinal)
    {
        ["CsvStart"] =
            """
            {"blob":"incoming/none.csv","schema":{"fields":[{"name":"a","type":"string","format":"default","x-clean":["trim"],"constraints":{"pattern":"a+","enum":["a"],"minLength":1}}],"missingValues":[""]},
             "delimiter":",","quote":"\"","header":true,"encoding":"utf-8","output":"csv","chunkBytes":100000,"maxParallel":2,"maxRejectedRatio":0.5,"force":false}
            """,
        ["DeadLetterRequeue"] =
            """{"ids":["none"],"task":"demo.add","reason":"Timeout","since":"2026-01-01T00:00:00Z","before":"2026-02-01T00:00:00Z","all":false,"args":{"a":1,"b":2},"canary":1}""",
        ["SchedulePut"] =
            """
            {"cron":"0 0 1 1 *","timeZone":"Europe/Berlin","from":"2026-02-01T00:00:00Z","until":"2099-02-01T00:00:00Z","task":"demo.add","args":{"a":1,"b":2},"queue":"default",
             "priority":0,"tenant":"t","enabled":false,"overlap":"skip","catchUp":"last","jitterSeconds":5}
            """,
        ["AlarmPut"] =
            """{"when":"failureRate","task":"demo.add","above":0.5,"times":3,"minRuns":10,"within":"10m","quiet":"1h","enabled":false,"emails":["ada@example.org"]}""",
        ["WorkflowPut"] =
            """
            {"name":"hostile","description":"d","timeoutSeconds":60,"inputSchema":{"type":"object","properties":{"a":{"pattern":"a+","enum":["a"],"minLength":1}},"required":["a"]},
             "schedule":{"cron":"0 0 1 1 *","timeZone":"Europe/Berlin","input":{"a":"a"},"enabled":false,"overlap":"skip","catchUp":"last","jitterSeconds":5},"steps":[
              {"name":"a","type":"task","task":"demo.add","args":{"a":"$.input.a","b":1},"retry":{"maxRetries":1,"delaySeconds":1,"backoff":2},"queue":"default","via":"queue"},
              {"name":"b","type":"conditional","condition":"$.steps.a > `1`","then":[{"name":"c","type":"map","task":"demo.add","items":"$.input.items","args":{"a":"$.item","b":1},"chunkSize":1,"maxConcurrency":1,"tolerate":0.5}],"else":[{"name":"d","type":"workflow","workflow":"number_tour","args":{}}]},
              {"name":"e","type":"parallel","tolerate":1,"steps":[{"name":"f","type":"task","task":"demo.add","args":{"a":1,"b":1}}]},
              {"name":"g","type":"wait","signal":"go","condition":"$.signal.a > $.input.a","timeoutSeconds":10,"onTimeout":"continue","default":{"a":"$.steps.a"}},
              {"name":"h","type":"approval","ask":{"email":"ada@example.org","subject":"s","message":"$.input.a","details":{"a":"$.steps.a"}},"condition":"$.signal.by != $.input.a","timeoutSeconds":10,"onTimeout":"continue","onReject":"continue"},
              {"name":"i","type":"task","task":"demo.add","args":{"a":1,"b":1},"undo":{"task":"demo.add","args":{"a":"$.steps.i","b":1},"retry":{"maxRetries":1},"queue":"default","via":"queue"}}]}
            """,
        ["WorkflowStart"] = """{"input":{"a":1,"b":2},"version":1,"tags":["a"]}""",
        ["WorkflowRunRerun"] = """{"input":{"a":1},"from":"sum","runId":"none"}""",
        ["WorkflowRunSignal"] = """{"a":1}""",
        ["CanvasStart"] =
            """
            {"timeoutSeconds":60,"canvas":{"type":"chain","steps":[
              {"type":"task","task":"demo.add","args":{"a":1,"b":2},"immutable":true,"queue":"default","via":"queue","retry":{"maxRetries":1,"delaySeconds":1,"backoff":2},"onError":{"type":"task","task":"demo.sum"}},
              {"type":"chord","tolerate":0.5,"header":[{"type":"map","task":"demo.add","items":[1],"args":{"b":1},"chunkSize":1,"maxConcurrency":1}],"body":{"type":"task","task":"demo.sum"}}]}}
            """,
        ["TaskOperationStart"] =
            """{"kind":"revoke","state":"PENDING","task":"none","queue":"default","since":"2026-01-01T00:00:00Z","before":"2026-02-01T00:00:00Z","text":"x","all":false,"dryRun":true}""",
        ["TaskSend"] =
            """
            {"args":{"a":1,"b":2},"countdown":1,"expires":"2026-02-01T00:00:00Z","priority":0,"queue":"default","maxRetries":1,"ignoreResult":false,"resultTtl":60,
             "tenant":"t","headers":{"h":"v"},"tags":["a"]}
            """,
        ["BatchOpen"] =
            """
            {"description":"d","onFailure":{"task":"demo.add","args":{"a":1,"b":2},"queue":"default"},"onSuccess":{"task":"demo.add","args":{"a":1,"b":2}},
             "onCompletion":{"task":"demo.add","args":{"a":1,"b":2}}}
            """,
        ["EmailBulk"] =
            """
            {"template":"message","key":"k","subject":"s","from":"a@example.org","unsubscribe":"https://example.org/u","context":{"a":1},"recipients":"recipients/none.csv",
             "batchSize":10,"maxParallel":1,"maxPerSecond":5}
            """,
    };

    public static string? Find(string function) => ByFunction.GetValueOrDefault(function);
}
