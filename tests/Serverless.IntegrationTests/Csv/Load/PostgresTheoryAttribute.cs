using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>A theory that needs PostgreSQL on the machine; it is skipped where there is none.</summary>
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.Absent;
}
