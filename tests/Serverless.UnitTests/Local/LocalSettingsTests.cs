using Serverless.Local.Storage;

namespace Serverless.UnitTests.Local;

public sealed class LocalSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-test-").FullName;

    [Fact]
    public void Read_NoFile_EnvironmentAlone()
    {
        Assert.NotNull(LocalSettings.Read(_folder)["PATH"]);
    }

    [Fact]
    public void Read_SectionOfTheFile_IsASection()
    {
        Write("""{ "Values": { "ServiceBus__fullyQualifiedNamespace": "jobs.servicebus.windows.net", "Other": "x" } }""");

        var settings = LocalSettings.Read(_folder);

        Assert.Equal("jobs.servicebus.windows.net", settings["ServiceBus:fullyQualifiedNamespace"]);
        Assert.Equal("x", settings["Other"]);
    }

    [Fact]
    public void Read_EnvironmentAndFile_EnvironmentWins()
    {
        Write("""{ "Values": { "PATH": "of the file" } }""");

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), LocalSettings.Read(_folder)["PATH"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string json) => File.WriteAllText(Path.Combine(_folder, "local.settings.json"), json);
}
