using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Access;
using Serverless.Alarms;
using Serverless.Alarms.Endpoints;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Endpoints;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Preview;
using Serverless.DeadLetters;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.Operations;
using Serverless.DeadLetters.TaskOperations;
using Serverless.Email.Endpoints;
using Serverless.Email.Jobs;
using Serverless.Email.Recipients;
using Serverless.Files;
using Serverless.Http;
using Serverless.Jobs;
using Serverless.Monitoring;
using Serverless.Monitoring.Changes;
using Serverless.Monitoring.Endpoints;
using Serverless.Monitoring.Health;
using Serverless.Notifications;
using Serverless.Orchestrations;
using Serverless.Reports;
using Serverless.Schedules;
using Serverless.Schedules.Endpoints;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Running;
using Serverless.Tasks.Store;
using Serverless.Workflows;
using Serverless.Workflows.Approvals;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Endpoints;
using Serverless.Workflows.Store;

namespace Serverless.OpenApi;

/// <summary>
/// The inputs and answers of every HTTP function. One table, since a reader of the API looks for one: a function that is missing here stops
/// the tests.
/// </summary>
internal static class ApiCatalog
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;
    private static readonly string[] Page = ["size", "after"];

    private static readonly string[] Dead = ["id", "task", "reason", "since", "before", "group"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        .. Files(), .. Csv(), .. Tasks(), .. Queues(), .. Workflows(), .. Schedules(), .. Mail(), .. Alarms(), .. Monitor(),
        Op("OpenApi", "This document", Ok(new ApiContent("application/json", Schema: () => new JsonObject { ["type"] = "object" }))),
        Op("Dashboard", "The dashboard's page and its files", [new(200, ApiContent.Bytes), new(304, null)], problems: [404]),
        Op("Docs", "A page that shows this document", Ok(ApiContent.Bytes), problems: [404]),
    ];

    /// <summary>Types of what stands in files, and of what is open in an answer.</summary>
    public static IReadOnlyList<(Type Type, JsonSerializerOptions Json)> Parts { get; } =
    [
        (typeof(JobSummary), JobSummary.Json), (typeof(QueueOperationProgress), QueueJson.Options),
        (typeof(TaskOperationProgress), QueueJson.Options),
    ];

    private static IEnumerable<ApiOperation> Files() =>
    [
        Op("FileContainers", "Lists the containers whose files are the users'", Ok<FileContainers>(Web)),
        Op("FileList", "Lists files by path", Ok<FilePage>(Web), ["prefix", .. Page], problems: [400, 404]),
        Op("FileGet", "Reads a file, or a range of it", [new(200, ApiContent.Bytes), new(206, ApiContent.Bytes), new(304, null)],
            ["download"], problems: [400, 404, 412, 416]) with { Headers = ["Range", "If-Match", "If-None-Match"] },
        Op("FilePut", "Stores a file", [new(200, Json<FileDescription>(Web)), new(201, Json<FileDescription>(Web))],
            body: ApiContent.Bytes, problems: [400, 403, 404, 412, 413, 415]) with { Headers = ["If-Match", "If-None-Match"] },
        Op("UploadPut", "Stores a part of a file", Ok<UploadedRange>(Web), ["upload", "offset"], ApiContent.Bytes,
            problems: [400, 403, 404, 409, 413, 415]),
        Op("UploadShow", "Shows what has arrived of an upload", Ok<UploadState>(Web), ["upload"], problems: [400, 403, 404]),
        Op("UploadComplete", "Makes a file of the parts of an upload",
            [new(200, Json<FileDescription>(Web)), new(201, Json<FileDescription>(Web))], ["upload", "length"],
            problems: [400, 403, 404, 409, 412]) with { Headers = ["If-Match", "If-None-Match"] },
        Op("FileRemove", "Removes a file", [new(204, null)], problems: [400, 403, 404, 412]) with { Headers = ["If-Match"] },
    ];

    private static IEnumerable<ApiOperation> Csv() =>
    [
        Op("CsvList", "Lists CSV jobs, the newest first", Ok<CsvJobPage>(Web), Page, problems: [400]),
        Op("CsvStart", "Starts the job of a file that lies in incoming, or is about to",
            [new(200, Json<CsvJobStatus>(Web)), new(202, Json<Started>(Web))],
            body: Body<CsvStartBody>(), problems: [400, 413]),
        Op("CsvPreview", "What a job would make of a file, from its beginning", Ok<CsvPreview>(QueueJson.Options),
            body: Body<CsvPreviewBody>(), problems: [400, 413]),
        Op("CsvUpload",
            "Stores a CSV file, or makes it of the parts of an upload, and starts its job; the query has the options of a start",
            [new(202, Json<Started>(Web))], ["upload", "length"], ApiContent.Bytes, [400, 409, 413]),
        Op("CsvStatus", "Shows a CSV job", Ok<CsvJobStatus>(Web), problems: [404]),
        Op("CsvRejects", "Lists a job's rejects in the order of the file, each with its values", Ok<RejectPage>(Web),
            ["field", "code", "value", "count", .. Page], problems: [400, 404]),
        Op("CsvMend", "Sends mended rejects back, as the list or as JSON: they go to their place in the output", Accepted, ["by"],
            body: ApiContent.Bytes, problems: [400, 404, 409, 413]),
        Op("CsvCancel", "Cancels a CSV job; nothing of it becomes visible", [new(202, Json<CsvJobStatus>(Web))], problems: [404, 409]),
        Op("CsvChange", "Changes a CSV job while it runs: how many ranges are read at once, and how much may be rejected",
            [new(202, Json<CsvJobStatus>(Web))], body: Body<CsvChangeBody>(), problems: [400, 404, 409, 413]),
        Control("CsvSuspend", "Begins no more ranges of a CSV job until it is resumed"),
        Control("CsvResume", "Lets a CSV job go on"),
    ];

    private static IEnumerable<ApiOperation> Tasks() =>
    [
        Op("TaskList", "Finds tasks, the newest first", Ok<TaskPage>(AppJson.Options),
            ["task", "queue", "state", "since", "before", "text", "tag", .. Page], problems: [400]),
        Op("HandlerList", "Lists the tasks that the app can run, each with the JSON schema of its arguments",
            Ok<HandlerList>(AppJson.Options)),
        Op("TaskSend", "Sends a task", [new(202, Json<Started>(Web))], body: Json<SendRequest>(AppJson.Options),
            problems: [400, 404, 409, 413]),
        Op("TaskSendBatch", "Sends up to 1,000 tasks, each for itself; the body may have one a line as well (JSON Lines)",
            [new(202, Json<BatchAnswer>(AppJson.Options)), new(207, Json<BatchAnswer>(AppJson.Options))],
            ["batch"], Json<IReadOnlyList<BatchItem>>(AppJson.Options), problems: [400, 413]),
        Op("TaskShow", "Shows a task with its result or error", Ok<TaskRecord>(AppJson.Options), problems: [400, 404]),
        Op("TaskLogs", "Shows what a task's handler logged, the oldest line first", Ok<TaskLogContent>(AppJson.Options), problems: [404]),
        Op("TaskRevoke", "Revokes a task", [new(202, null)], problems: [400, 404, 409]),
        Op("PauseList", "Lists what is paused, the oldest pause first", Ok<PausePage>(AppJson.Options)),
        Op("TaskPause", "Puts messages of a task off until it is resumed", Ok<TaskPause>(AppJson.Options), problems: [404]),
        Op("TaskResume", "Lets a paused task run again", Ok<Resumed>(AppJson.Options), problems: [404]),
        Op("TenantPause", "Puts messages of a tenant off until it is resumed", Ok<TaskPause>(AppJson.Options), problems: [404]),
        Op("TenantResume", "Lets a paused tenant's tasks run again", Ok<Resumed>(AppJson.Options), problems: [404]),
        Op("LimitList", "Lists the limits of tasks by name, those of handlers too", Ok<LimitPage>(AppJson.Options)),
        Op("LimitShow", "Shows a limit", Ok<TaskLimit>(AppJson.Options), problems: [404]),
        Op("LimitPut", "Makes or changes a limit of how many tasks run at once or start in a time",
            [new(200, Json<TaskLimit>(AppJson.Options)), new(201, Json<TaskLimit>(AppJson.Options))],
            body: Json<LimitRequest>(AppJson.Options), problems: [400, 409, 413]),
        Op("LimitDelete", "Ends a limit; what waits for it runs as it comes", [new(204, null)], problems: [404]),
        Op("BatchOpen", "Opens a batch: tasks that are followed up together",
            [new(200, Json<BatchView>(AppJson.Options)), new(201, Json<BatchView>(AppJson.Options))],
            body: Json<BatchRequestBody>(AppJson.Options), problems: [400, 404, 409, 413]),
        Op("BatchList", "Lists the batches, the newest first", Ok<BatchPage>(AppJson.Options), Page, problems: [400]),
        Op("BatchShow", "Shows how far a batch is", Ok<BatchView>(AppJson.Options), problems: [404]),
        Op("BatchClose", "Lets only its own tasks add to a batch; it completes with its last member", Ok<BatchView>(AppJson.Options),
            problems: [404, 413]),
        Op("TaskOperationStart", "Revokes or retries all tasks that a filter means, or says how many",
            [new(200, Json<TaskOperationPreview>(QueueJson.Options)), new(202, Json<Started>(Web))],
            body: Json<TaskOperationRequest>(AppJson.Options), problems: [400]),
        Op("TaskOperationShow", "Shows an operation on tasks", Ok<InstanceStatus>(QueueJson.Options), problems: [404]),
        Control("TaskOperationCancel", "Ends an operation on tasks; what was done stays done"),
    ];

    private static IEnumerable<ApiOperation> Queues() =>
    [
        Op("QueueList", "Lists the queues with what waits in them", Ok<QueuePage>(QueueJson.Options)),
        Op("QueueShow", "Shows a queue", Ok<QueueStatus>(QueueJson.Options), problems: [404]),
        Op("QueuePause", "Lets a queue take messages in and hand none out", Ok<QueueStatus>(QueueJson.Options), problems: [404, 413]),
        Op("QueueResume", "Lets a paused queue hand out messages again", Ok<QueueStatus>(QueueJson.Options), problems: [404, 413]),
        Op("QueuePeek", "Looks at the messages of a queue", Ok<WaitingPage>(QueueJson.Options), Page, problems: [400, 404]),
        Op("QueuePurge", "Deletes what waits in a queue", Accepted, problems: [404, 409]),
        Op("DeadLetterList", "Lists dead letters", Ok<DeadLetterPage>(QueueJson.Options), [.. Dead, .. Page], problems: [400, 404]),
        Op("DeadLetterGroups", "Puts dead letters together by what most likely is one cause; equal groups of the next page add up",
            Ok<DeadLetterGroupPage>(QueueJson.Options), [.. Dead, "after"], problems: [400, 404]),
        Op("DeadLetterShow", "Shows a dead letter with its arguments and stack", Ok<DeadLetter>(QueueJson.Options), problems: [404]),
        Op("DeadLetterRequeue", "Sends dead letters again", Accepted, body: Json<RequeueRequest>(AppJson.Options),
            problems: [400, 404, 409, 413]),
        Op("DeadLetterPurge", "Deletes dead letters", Accepted, [.. Dead, "all"], problems: [400, 404, 409]),
        Op("QueueOperationShow", "Shows an operation on a queue", Ok<InstanceStatus>(QueueJson.Options), problems: [404]),
        Control("QueueOperationCancel", "Ends an operation on a queue; what was done stays done"),
        Control("QueueOperationSuspend", "Stops an operation on a queue after its page"),
        Control("QueueOperationResume", "Lets an operation on a queue go on"),
    ];

    private static IEnumerable<ApiOperation> Workflows() =>
    [
        Op("WorkflowList", "Lists the workflows in their current versions", Ok<WorkflowPage>(WorkflowJson.Options)),
        Op("WorkflowSchema", "The JSON schema of a definition",
            Ok(new ApiContent("application/schema+json", Schema: () => new JsonObject { ["type"] = "object" }))),
        Op("WorkflowShow", "Shows a definition and the versions there are", Ok<WorkflowDetails>(WorkflowJson.Options), ["version"],
            problems: [404]),
        Op("WorkflowPut", "Registers a definition as a new version",
            [new(200, Json<WorkflowVersion>(WorkflowJson.Options)), new(201, Json<WorkflowVersion>(WorkflowJson.Options))], ["dryRun"],
            Body<WorkflowBody>(), [400, 409, 413]),
        Op("WorkflowDelete", "Deletes a workflow; its runs go on", [new(204, null)], problems: [404, 409]),
        Op("WorkflowStart", "Starts a run", Accepted, body: Body<WorkflowStartBody>(), problems: [400, 404, 409, 413]),
        Op("WorkflowRunList", "Finds runs, the newest first", Ok<RunPage>(WorkflowJson.Options),
            ["state", "workflow", "since", "before", "text", "tag", .. Page], problems: [400]),
        Op("WorkflowRunShow", "Shows a run and its steps", Ok<RunView>(WorkflowJson.Options), problems: [404]),
        Op("WorkflowRunCancel", "Cancels a run; what has not begun never does", [new(202, Json<Controlled>(Web))], ["reason", "undo"],
            problems: [400, 404, 409]),
        Control("WorkflowRunSuspend", "Begins nothing more of a run until it is resumed"),
        Control("WorkflowRunResume", "Lets a run go on"),
        Op("WorkflowRunRerun", "Runs again what a run did not finish, or with another input, or from a step on", Accepted,
            body: Body<RerunBody>(), problems: [400, 404, 409, 413]),
        Op("WorkflowRunSignal", "Sends a signal to a run, for the step that waits for it",
            [new(200, Json<SignalAnswer>(WorkflowJson.Options)), new(202, Json<SignalAnswer>(WorkflowJson.Options))],
            body: new ApiContent("application/json", Schema: () => new JsonObject { ["type"] = "object" }), problems: [400, 404, 409, 413]),
        Op("ApprovalList", "Lists the approvals that wait for a decision, the newest first", Ok<ApprovalPage>(WorkflowJson.Options), Page,
            problems: [400]),
        Op("ApprovalShow", "The page of an approval, for whoever has its link", Ok(ApiContent.Bytes), problems: [404]),
        Op("ApprovalDecide", "Approves or rejects, once; a form of decision, by and comment", [new(200, ApiContent.Bytes)],
            body: ApiContent.Bytes, problems: [400, 404, 409, 413]),
        Op("CanvasStart", "Starts a canvas: a tree of tasks", Accepted, body: Body<CanvasBody>(),
            problems: [400, 409, 413]),
        Op("CanvasShow", "Shows a canvas", Ok<InstanceStatus>(WorkflowJson.Options), problems: [404]),
        Control("CanvasCancel", "Cancels a canvas"),
        Control("CanvasSuspend", "Begins nothing more of a canvas until it is resumed"),
        Control("CanvasResume", "Lets a canvas go on"),
    ];

    private static IEnumerable<ApiOperation> Schedules() =>
    [
        Op("ScheduleList", "Lists the schedules by name", Ok<SchedulePage>(ScheduleRow.Json), Page, problems: [400]),
        Op("ScheduleShow", "Shows a schedule and its next five runs", Ok<ScheduleView>(ScheduleRow.Json), problems: [404]),
        Op("SchedulePut", "Makes a schedule, or replaces it",
            [new(200, Json<ScheduleView>(ScheduleRow.Json)), new(201, Json<ScheduleView>(ScheduleRow.Json))],
            body: Body<ScheduleBody>(), problems: [400, 413]),
        Op("ScheduleDelete", "Deletes a schedule; runs that were started go on", [new(204, null)], problems: [404]),
        Op("ScheduleRun", "Starts a run now", [new(202, Json<Started>(Web))], problems: [404, 409, 413]),
        Op("SchedulePause", "Starts nothing until it is resumed", Ok<ScheduleView>(ScheduleRow.Json), problems: [404, 413]),
        Op("ScheduleResume", "Goes on with the next due time", Ok<ScheduleView>(ScheduleRow.Json), problems: [404, 413]),
    ];

    private static IEnumerable<ApiOperation> Mail() =>
    [
        Op("EmailList", "Lists mail jobs, the newest first", Ok<MailJobPage>(Web), Page, problems: [400]),
        Op("EmailBulk", "Sends a template to a list of recipients", Accepted,
            body: Body<BulkMailBody>(),
            problems: [400, 409, 413]),
        Op("EmailStatus", "Shows a mail job", Ok<MailJobStatus>(Web), problems: [404]),
        Op("EmailCancel", "Cancels a mail job", [new(202, Json<MailJobStatus>(Web))], problems: [404, 409]),
        Control("EmailSuspend", "Begins no more batches of a mail job until it is resumed"),
        Control("EmailResume", "Lets a mail job go on"),
        Op("SuppressionList", "Lists the addresses that get no bulk mail", Ok<SuppressionPage>(Web), Page, problems: [400]),
        Op("SuppressionGet", "Shows an address that gets no bulk mail", Ok<Suppression>(Web), problems: [400, 404]),
        Op("SuppressionPut", "Sends an address no more bulk mail", Ok<Suppression>(Web), ["reason"], problems: [400]),
        Op("SuppressionDelete", "Lets an address have bulk mail again", [new(204, null)], problems: [400, 404]),
        Op("NotificationList", "Lists notifications", Ok<NotificationPage>(Web), ["state", .. Page], problems: [400]),
        Op("NotificationSend", "Sends a notification", [new(200, Json<Notification>(Web)), new(202, Json<Notification>(Web))],
            body: Body<NotificationBody>(), problems: [400, 413]),
        Op("NotificationShow", "Shows a notification", Ok<Notification>(Web), problems: [404]),
    ];

    private static IEnumerable<ApiOperation> Alarms() =>
    [
        Op("AlarmList", "Lists the alarms by name, and what is wrong", Ok<AlarmPage>(AlarmJson.Options)),
        Op("AlarmShow", "Shows an alarm; the ETag is its definition's", Ok<AlarmView>(AlarmJson.Options), problems: [404]),
        Op("AlarmPut", "Makes or changes an alarm: a schedule that did not run, a queue that ages, runs that fail",
            [new(200, Json<AlarmView>(AlarmJson.Options)), new(201, Json<AlarmView>(AlarmJson.Options))],
            body: Json<AlarmDefinition>(AlarmJson.Strict), problems: [400, 409, 412, 413]) with { Headers = ["If-Match", "If-None-Match"] },
        Op("AlarmDelete", "Ends an alarm; nobody is told", [new(204, null)], problems: [400, 404, 412]) with { Headers = ["If-Match"] },
    ];

    private static IEnumerable<ApiOperation> Monitor() =>
    [
        Op("AccessShow", "Who asks, and what may be done", Ok<Caller>(AccessJson.Options)),
        Op("ActionList", "Who did what, the newest first", Ok<ActionPage>(AccessJson.Options), Page, problems: [400]),
        Op("Events", "What changed since a cursor", [new(200, Json<ChangePage>(AppJson.Options)), new(304, null)], ["after"],
            problems: [400]) with { Headers = ["If-None-Match", "Last-Event-ID"] },
        Op("Health", "Whether the app works", [new(200, Json<HealthAnswer>(Web)), new(503, Json<HealthAnswer>(Web))]),
        Op("MonitorHealth", "Whether the app works, and how its tasks do", Ok<HealthOverview>(AppJson.Options), ["hours"],
            problems: [400]),
        Op("MonitorMinutes", "The runs of the last minutes, minute by minute", Ok<MinuteSeries>(AppJson.Options), ["minutes"],
            problems: [400]),
        Op("MonitorTasks", "Counts and durations by task", Ok<IReadOnlyList<TaskStatistics>>(AppJson.Options), ["hours", "task"],
            problems: [400]),
        Op("MonitorSlow", "Runs that have not ended after a time", Ok<IReadOnlyList<RunningTask>>(AppJson.Options), ["seconds"],
            problems: [400]),
        Op("MonitorFailures", "What failed by task, queue and error class", Ok<FailureAnalysis>(AppJson.Options), ["hours"],
            problems: [400]),
        Op("MonitorExecutions", "The last runs of tasks, the newest first", Ok<IReadOnlyList<TaskExecution>>(AppJson.Options),
            ["hours", "task", "state", "error", "size"], problems: [400]),
        Op("SpeedShow", "The speed of one worker at a kind of work, from the jobs that ended", Ok<MeasuredSpeed>(Web), ["like"],
            problems: [404]),
        Op("OrchestrationList", "Lists orchestrations that run, or that ended by themselves", Ok<OrchestrationPage>(Web),
            ["status", .. Page], problems: [400]),
        Op("OrchestrationHistory", "The events of an orchestration", Ok<OrchestrationHistory>(Web), problems: [404]),
        Op("ReportList", "The days that have a report, the latest first", Ok<ReportDays>(Web)),
        Op("ReportShow", "The report of a day", Ok(Json<DailyReport>(Web) with { Or = ApiContent.Bytes }), ["format"],
            problems: [400, 404]),
    ];

    private static ApiOperation Op(
        string function, string summary, IEnumerable<KeyValuePair<int, ApiContent?>> answers, string[]? query = null,
        ApiContent? body = null, int[]? problems = null) => new(function, summary + ".")
        {
            Answers = new Dictionary<int, ApiContent?>(answers),
            Query = query ?? [],
            Body = body,
            Problems = problems ?? [],
        };

    private static ApiOperation Control(string function, string summary) =>
        Op(function, summary, [new(202, Json<Controlled>(Web))], ["reason"], problems: [404, 409]);

    private static KeyValuePair<int, ApiContent?>[] Accepted => [new(202, Json<Started>(Web))];

    private static KeyValuePair<int, ApiContent?>[] Ok<T>(JsonSerializerOptions options) => Ok(Json<T>(options));

    private static KeyValuePair<int, ApiContent?>[] Ok(ApiContent content) => [new(200, content)];

    private static ApiContent Body<T>() => Json<T>(ApiBodies.Json);

    private static ApiContent Json<T>(JsonSerializerOptions options) => new("application/json", typeof(T), options);
}
