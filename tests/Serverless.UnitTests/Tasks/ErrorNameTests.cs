using Serverless.Resilience;
using Serverless.Workflows;

namespace Serverless.UnitTests.Tasks;

public sealed class ErrorNameTests
{
    [Theory]
    [InlineData("System.TimeoutException", "TimeoutException")]
    [InlineData("TimeoutException", "TimeoutException")]
    [InlineData("App.Outer+InnerException", "InnerException")]
    [InlineData("App.FaultException`1[[System.Int32, System.Private.CoreLib]]", "FaultException")]
    [InlineData("App.FaultException`1", "FaultException")]
    public void Of_FullName_IsTheClass(string fullName, string expected) => Assert.Equal(expected, ErrorName.Of(fullName));

    [Fact]
    public void From_Exception_NamesItPlainly() =>
        Assert.Equal(new StepError("HttpRequestException", "no"), StepError.From(new HttpRequestException("no")));
}
