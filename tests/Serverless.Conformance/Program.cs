using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;

if (args is not [var folder, .. var rest])
{
    Console.Error.WriteLine("usage: Serverless.Conformance FOLDER [--serve PORT]    FOLDER holds run.py and expected.json");
    return 2;
}

var data = Directory.CreateTempSubdirectory("serverless-conformance-");
try
{
    await using var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
    {
        Assemblies = [Assembly.GetExecutingAssembly()],
        DataDirectory = data.FullName,
        AppRoot = data.FullName,
        Port = rest is ["--serve", var port] ? int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) : 0,
        ConfigureLogging = l => l.SetMinimumLevel(LogLevel.Critical),
    });
    if (rest.Length > 0)
    {
        Console.WriteLine(host.Address);
        await host.WaitForShutdownAsync();
        return 0;
    }

    var answers = Path.Combine(data.FullName, "answers.json");
    using var driver = Process.Start(
        new ProcessStartInfo(
            "python3", [Path.Combine(folder, "run.py"), host.Address.AbsoluteUri, answers]) { RedirectStandardOutput = true })!;
    await driver.StandardOutput.ReadToEndAsync();
    await driver.WaitForExitAsync();
    return driver.ExitCode != 0 ? driver.ExitCode : Recorded.Compare(Path.Combine(folder, "expected.json"), answers);
}
catch (Win32Exception)
{
    Console.WriteLine("Skipped: the driver needs python3, which is not on this machine.");
    return 0;
}
finally
{
    data.Delete(recursive: true);
}
