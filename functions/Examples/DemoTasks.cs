using Microsoft.Extensions.Logging;
using Serverless.Resilience;
using Serverless.Tasks;

namespace Serverless.Examples;

/// <summary>Adds two numbers: the smallest task there is.</summary>
[TaskHandler("demo.add")]
internal sealed class AddTask : ITaskHandler<AddTask.Args, double>
{
    /// <summary>The numbers to add.</summary>
    public sealed record Args(double A, double B);

    /// <inheritdoc/>
    public Task<double> RunAsync(Args args, TaskContext context) => Task.FromResult(args.A + args.B);
}

/// <summary>Adds up a list of numbers, such as the results of a group.</summary>
[TaskHandler("demo.sum")]
internal sealed class SumTask : ITaskHandler<SumTask.Args, double>
{
    /// <summary>The numbers to add up.</summary>
    public sealed record Args(IReadOnlyList<double> Numbers);

    /// <inheritdoc/>
    public Task<double> RunAsync(Args args, TaskContext context) => Task.FromResult(args.Numbers.Sum());
}

/// <summary>Waits, and reports its progress every tenth of the time.</summary>
[TaskHandler("demo.sleep", TimeoutSeconds = 1500)]
internal sealed class SleepTask(TimeProvider time) : ITaskHandler<SleepTask.Args, string>
{
    /// <summary>The time in seconds, 0 to 1,200.</summary>
    public sealed record Args(double Seconds);

    /// <inheritdoc/>
    public async Task<string> RunAsync(Args args, TaskContext context)
    {
        if (args.Seconds is not (>= 0 and <= 1200)) throw new TaskValidationException($"seconds is {args.Seconds}; give 0 to 1200.");
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            await Task.Delay(TimeSpan.FromSeconds(args.Seconds / 10), time, context.CancellationToken);
            await context.ReportAsync(tenth, 10, "sleeping");
        }

        return $"slept {args.Seconds} s";
    }
}

/// <summary>Fails as often as it is told, with an error of the class it is told.</summary>
[TaskHandler("demo.fail", RetryDelaySeconds = 2)]
internal sealed partial class FailTask(ILogger<FailTask> logger) : ITaskHandler<FailTask.Args, string>
{
    /// <summary>The attempts that fail, and the error's class: other by default.</summary>
    public sealed record Args(int Times, string Class = nameof(ErrorClass.Other));

    /// <inheritdoc/>
    public Task<string> RunAsync(Args args, TaskContext context)
    {
        if (context.Attempt >= args.Times) return Task.FromResult($"succeeded at attempt {context.Attempt}");
        LogFailure(logger, context.Attempt, args.Times);
        var message = $"Attempt {context.Attempt} fails, as it was told.";
        throw Enum.TryParse<ErrorClass>(args.Class, ignoreCase: true, out var errorClass) ? errorClass switch
        {
            ErrorClass.Connection => new HttpRequestException(message),
            ErrorClass.Timeout => new TimeoutException(message),
            ErrorClass.Validation => new TaskValidationException(message),
            ErrorClass.BusinessRule => new BusinessRuleException(message),
            ErrorClass.ResourceExhaustion => new InsufficientMemoryException(message),
            _ => new InvalidOperationException(message),
        }
        : new TaskValidationException($"class is '{args.Class}'; give one of {string.Join(", ", Enum.GetNames<ErrorClass>())}.");
    }
    // Kept with the task: GET /api/tasks/{id}/logs, and the task's page.
    [LoggerMessage(9001, LogLevel.Warning, "Attempt {Attempt} of {Times} that fail as told")]
    private static partial void LogFailure(ILogger logger, int attempt, int times);
}
