using Serverless.DeadLetters.TaskOperations;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Tasks;

/// <summary><c>tasks send | batch | list | show | revoke | retry</c>.</summary>
internal static class TaskCommands
{
    public static IEnumerable<Command> CreateAll(IScreen screen, TimeProvider time) =>
    [
        new(SendTaskCommand.Syntax, (arguments, token) => new SendTaskCommand(screen, time).RunAsync(arguments, token)),
        new(SendBatchCommand.Syntax, (arguments, token) => new SendBatchCommand(screen).RunAsync(arguments, token)),
        new(ListTasksCommand.Syntax, (arguments, token) => new ListTasksCommand(screen, time).RunAsync(arguments, token)),
        new(ShowTaskCommand.Syntax, (arguments, token) => new ShowTaskCommand(screen).RunAsync(arguments, token)),
        new(TaskOperationCommand.Revoke,
            (arguments, token) => new TaskOperationCommand(TaskOperationKind.Revoke, screen, time).RunAsync(arguments, token)),
        new(TaskOperationCommand.Retry,
            (arguments, token) => new TaskOperationCommand(TaskOperationKind.Retry, screen, time).RunAsync(arguments, token)),
    ];
}
