using Serverless.Http;
using Serverless.Tasks.Sending;

namespace Serverless.Tasks.Endpoints;

/// <summary>Reads the tasks of one body and sends those that can be read.</summary>
internal static class BatchRequest
{
    public static async Task<BatchAnswer> SendAsync(
        ITaskClient client, IReadOnlyList<ReadOnlyMemory<byte>> texts, string? batch, CancellationToken cancellationToken)
    {
        var answers = new BatchItemAnswer?[texts.Count];
        var tasks = new List<TaskRequest>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            try
            {
                var task = BatchItem.Read(texts[i]);
                tasks.Add(task with { Options = task.Options! with { Batch = task.Options.Batch ?? batch } });
            }
            catch (Exception e) when (e is IRefusal)
            {
                answers[i] = new BatchItemAnswer(Problem: BatchProblem.Of(e));
            }
        }

        var outcomes = new Queue<SendOutcome>(await client.SendBatchAsync(tasks, cancellationToken));
        for (var i = 0; i < answers.Length; i++) answers[i] ??= BatchItemAnswer.Of(outcomes.Dequeue());
        return new BatchAnswer(answers.Count(a => a!.Id is not null), answers.Count(a => a!.Id is null), answers!);
    }
}
