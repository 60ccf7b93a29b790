using Serverless.Local.Commands;
using Serverless.Local.Screens;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local.Remote;

/// <summary>The command line in this process, against a host of the test's.</summary>
internal static class InProcess
{
    public static async Task<CommandResult> RunAsync(Uri host, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var application = new Application(new PlainScreen(output, errors, TimeProvider.System), TimeProvider.System);
        var code = await application.RunAsync([.. arguments, "--url", host.ToString()], CancellationToken.None);
        return new CommandResult(code, output.ToString(), errors.ToString());
    }
}
