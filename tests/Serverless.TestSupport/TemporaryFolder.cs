namespace Serverless.TestSupport;

/// <summary>A folder of its own for one test, deleted with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("serverless-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
