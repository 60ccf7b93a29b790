using System.Text.Json;
using Serverless.Http;
using Serverless.Messaging;

namespace Serverless.Tasks.Sending;

/// <summary>The fingerprint of a request by a sender that chose the task's id.</summary>
internal static class SendFingerprint
{
    /// <summary>Of a request that goes by its key: the same key is the same request, whatever else differs.</summary>
    public static RequestFingerprint OfKey(string key) => new RequestFingerprint().Add("unique", key);

    /// <summary>All of it, or of an id that names a place in the sender's work, only whose work it is.</summary>
    public static RequestFingerprint Of(string name, QueueEntry queue, JsonElement args, SendOptions options)
    {
        var request = new RequestFingerprint().Add("parentId", options.ParentId).Add("workflowId", options.WorkflowId);
        return options.IsIdDerived ? request : request
            .Add("task", name)
            .Add("args", args)
            .Add("queue", queue.Name)
            .Add("priority", options.Priority)
            .Add("tenant", SendCheck.FindTenant(queue, args, options))
            .Add("countdown", options.Countdown?.TotalSeconds)
            .Add("eta", options.Eta?.ToUniversalTime())
            .Add("expires", options.Expires?.ToUniversalTime())
            .Add("maxRetries", options.MaxRetries)
            .Add("retryDelay", options.RetryDelay?.TotalSeconds)
            .Add("retryBackoff", options.RetryBackoff)
            .Add("ignoreResult", options.IgnoreResult)
            .Add("resultTtl", options.ResultTtl?.TotalSeconds)
            .Add("headers", options.Headers)
            .Add("tags", options.Tags)
            .Add("batch", options.Batch)
            .Add("notifyInstance", options.NotifyInstance)
            .Add("debounce", options.Debounce);
    }
}
