using System.Text.Json;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Revokes a task: it never runs, or its run is cancelled.</summary>
internal sealed class RevokeTaskCommand(IScreen screen)
{
    public static CommandSyntax Syntax { get; } = new("tasks revoke", "Revokes a task, also while it runs.", ["ID"], Switches.WithHost());

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();

        var id = arguments.Positional(0)!;
        using var api = new HostApi(target);
        await api.SendAsync(HttpMethod.Delete, $"tasks/{Uri.EscapeDataString(id)}", null, cancellationToken);
        screen.WriteLine(arguments.Has(Switches.Json.Name) ? JsonSerializer.Serialize(new { id }) : $"Revoked: {id}");
        return 0;
    }
}
