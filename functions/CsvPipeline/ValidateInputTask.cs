using System.Text.Json.Nodes;
using Serverless.Tasks;

namespace Serverless.CsvPipeline;

/// <summary>The task <c>validate_input</c>. A file that is not there is looked for three times more, a minute apart.</summary>
[TaskHandler("validate_input", Queue = "data_processing", MaxRetries = 3, RetryDelaySeconds = 60)]
internal sealed class ValidateInputTask(InputValidator validator) : ITaskHandler<JsonObject, ValidatedInput>
{
    /// <inheritdoc/>
    public Task<ValidatedInput> RunAsync(JsonObject args, TaskContext context) => validator.ValidateAsync(args, context.CancellationToken);
}
